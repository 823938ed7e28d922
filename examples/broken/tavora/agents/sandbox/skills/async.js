// sandbox-async: the caller gets a promise.
module.exports = async function (args) {
  return { id: args.id };
};
