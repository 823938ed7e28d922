import type { AnyNode, Program } from 'acorn';

interface Change {
  offset: number;
  length: number;
  text: string;
}

/**
 * Writes one `import` or `export` of a skill as the sandbox has it, with `require` and `module.exports`.
 * @returns the changes, or none for a form that has no equal, such as `import()` of a computed name.
 */
export function withoutModules(program: Program, source: string, offset: number): Change[] {
  const node = program.body.find((one) => one.start === offset);
  if (!node) return [];
  const whole = (text: string): Change[] => [{ offset: node.start, length: node.end - node.start, text }];
  const code = (part: AnyNode) => source.slice(part.start, part.end);
  switch (node.type) {
    case 'ImportDeclaration': {
      const required = `require(${code(node.source)})`;
      const names: string[] = [];
      const fields: string[] = [];
      for (const one of node.specifiers) {
        if (one.type === 'ImportSpecifier') {
          const from = code(one.imported);
          fields.push(from === one.local.name ? from : `${from}: ${one.local.name}`);
        } else names.push(one.local.name);
      }
      if (fields.length > 0) names.push(`{ ${fields.join(', ')} }`);
      if (names.length === 0) return whole(`${required};`);
      return whole(names.map((name) => `const ${name} = ${required};`).join('\n'));
    }
    case 'ExportDefaultDeclaration': {
      const { declaration } = node;
      const head: Change = {
        offset: node.start,
        length: declaration.start - node.start,
        text: 'module.exports = ',
      };
      const named = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration';
      if (!named || source[node.end - 1] === ';') return [head];
      return [head, { offset: node.end, length: 0, text: ';' }];
    }
    case 'ExportNamedDeclaration': {
      const { declaration } = node;
      if (declaration) {
        const names = declaredNames(declaration).map((name) => `module.exports.${name} = ${name};`);
        return [
          { offset: node.start, length: declaration.start - node.start, text: '' },
          { offset: node.end, length: 0, text: `\n${names.join('\n')}` },
        ];
      }
      const from = node.source ? `require(${code(node.source)}).` : '';
      const fields = node.specifiers.map(
        (one) => `module.exports.${code(one.exported)} = ${from}${code(one.local)};`,
      );
      return whole(fields.join('\n'));
    }
    case 'ExportAllDeclaration':
      return whole(`Object.assign(module.exports, require(${code(node.source)}));`);
    default:
      return [];
  }
}

function declaredNames(node: AnyNode): string[] {
  if (node.type === 'VariableDeclaration') {
    return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  }
  return (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node.id
    ? [node.id.name]
    : [];
}
