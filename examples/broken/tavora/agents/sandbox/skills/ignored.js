// The next comment hides nothing: unused-ignore.
// tavora-ignore unknown-require
return { id: args.id };
