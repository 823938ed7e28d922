// The import wall: imports only ever go down a floor, a feature never reaches into another feature, and
// there are no circles. One rule a room, so that a break names the room whose promise it broke.
const only = (room, from, allowed, extra = []) => ({
  name: `${room}-imports`,
  severity: 'error',
  comment: `${from} may import only: ${allowed.join(', ')}`,
  from: { path: from },
  to: { path: '^src/', pathNot: [from, ...allowed, ...extra] },
});
const never = (room, from, to) => ({
  name: `${room}-never`,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
    only('protocol', '^src/protocol/', []),
    only('project', '^src/project/', ['^src/protocol/']),
    only('client', '^src/client/', ['^src/protocol/']),
    only('webviews', '^src/webviews/', ['^src/protocol/']),
    only('runtime', '^src/runtime/', ['^src/protocol/', '^src/project/']),
    only('cli', '^src/cli/', ['^src/protocol/', '^src/project/', '^src/client/']),
    only('typescript-plugin', '^src/typescript-plugin/', []),
    only('workbench', '^src/workbench/', [
      '^src/typescript-plugin/configuration\\.ts$',
      '^src/protocol/',
      '^src/project/',
      '^src/client/',
      '^src/webviews/[^/]+/messages\\.ts$',
    ]),
    only('extension', '^src/extension\\.ts$', ['^src/workbench/']),
    {
      name: 'page-apart',
      comment: 'A page imports its own folder and webviews/ui, never another page.',
      severity: 'error',
      from: { path: '^src/webviews/([^/]+)/' },
      to: { path: '^src/webviews/', pathNot: ['^src/webviews/$1/', '^src/webviews/ui/'] },
    },
    {
      name: 'feature-apart',
      comment: 'A feature meets another through its index.ts or workbench/shared, never inside it.',
      severity: 'error',
      from: { path: '^src/workbench/([^/]+)/' },
      to: {
        path: '^src/workbench/',
        pathNot: ['^src/workbench/$1/', '^src/workbench/shared/', '^src/workbench/[^/]+/index\\.ts$'],
      },
    },
    never('protocol', '^src/protocol/', '^(vscode|undici|node:)'),
    never(
      'project',
      '^src/project/',
      '^(vscode|undici|node:(http|https|net|fs|child_process|sqlite)|(http|https|net|fs|child_process))',
    ),
    never('client', '^src/client/', '^vscode$'),
    never('webviews', '^src/webviews/', '^(vscode|undici|node:)'),
    never('runtime', '^src/runtime/', '^vscode$'),
    never('cli', '^src/cli/', '^(vscode|undici|node:(http|https|net)|(http|https|net))'),
    never('typescript-plugin', '^src/typescript-plugin/', '^(vscode|undici|node:)'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.node.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
