// skill-js-parse: the parenthesis after args.name is missing.
return { text: String(args.name };
