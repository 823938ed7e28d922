// sandbox-no-import: skills offer functions with module.exports.
export default function (args) {
  return args.name;
}
