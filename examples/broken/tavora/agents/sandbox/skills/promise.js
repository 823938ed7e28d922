// floating-promise: nothing waits for what save gives.
async function save(id) {
  data.saved = await id;
}
save(args.id);
return { id: args.id };
