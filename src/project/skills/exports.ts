import type { AnyNode, Program } from 'acorn';
import type { LineIndex } from '../lines';
import type { SkillFunction, SkillInfo } from './info';
import type { JsDoc } from './jsdoc';
import { isFunction, memberName } from './reads';
import { bareSignature, signatureOf, type TypeTable } from './signature';
import { eachChild } from './syntax';

type Offer = Pick<
  SkillInfo,
  | 'shape'
  | 'description'
  | 'call'
  | 'params'
  | 'returns'
  | 'functions'
  | 'exportsNames'
  | 'closed'
  | 'isAsync'
>;

/**
 * Reads what a skill's code offers: its shape, how it is called, and what its documentation says.
 * @param exportUses how often the code names `module` or `exports`.
 */
export function readOffer(
  program: Program,
  text: string,
  lines: LineIndex,
  docs: readonly JsDoc[],
  isCommonJs: boolean,
  exportUses: number,
): Offer {
  return new OfferReader(program, text, lines, docs).read(isCommonJs, exportUses);
}

interface Exported {
  name: string;
  value: AnyNode;
  /** Nodes in front of which the documentation may stand. */
  anchors: AnyNode[];
}

class OfferReader {
  private readonly types: TypeTable;
  /** How many of the uses of `module` and `exports` were understood. */
  private understood = 0;

  constructor(
    private readonly program: Program,
    private readonly text: string,
    private readonly lines: LineIndex,
    private readonly docs: readonly JsDoc[],
  ) {
    this.types = new Map(
      docs.flatMap((doc) => doc.typedefs.map((one) => [one.name, one.properties] as const)),
    );
  }

  read(isCommonJs: boolean, exportUses: number): Offer {
    const header = this.docs.find((doc) => doc.description && doc.typedefs.length === 0)?.description ?? '';
    if (!isCommonJs) {
      const doc = this.docs.find((one) => one.typedefs.length === 0 && !this.precedesFunction(one));
      const { call, params } = bareSignature(this.program.body, doc, this.types);
      const description = doc?.description || header;
      return {
        shape: 'bare',
        description,
        call,
        params,
        returns: doc?.returns ?? '',
        functions: [],
        exportsNames: [],
      };
    }
    const { whole, parts } = this.exported();
    if (whole && isFunction(whole.value) && parts.length === 0) {
      const doc = this.docBefore(whole.anchors);
      const { call, params } = signatureOf(whole.value, doc, this.types);
      const description = doc?.description || header;
      return {
        shape: 'commonjs',
        description,
        call,
        params,
        returns: doc?.returns ?? '',
        functions: [],
        exportsNames: [],
        ...(whole.value.async ? { isAsync: true } : {}),
      };
    }
    const closed = parts.length > 0 && (!whole || isPlain(whole.value)) && this.understood === exportUses;
    const functions = parts.filter((part) => isFunction(part.value)).map((part) => this.offered(part));
    const description = (whole && this.docBefore(whole.anchors)?.description) || header;
    return {
      shape: 'commonjs',
      description,
      call: 'none',
      params: [],
      returns: '',
      functions,
      exportsNames: parts.map((part) => part.name),
      ...(closed ? { closed } : {}),
    };
  }

  private offered(part: Exported): SkillFunction {
    const doc = this.docBefore(part.anchors);
    return {
      name: part.name,
      description: doc?.description ?? '',
      ...signatureOf(part.value, doc, this.types),
      returns: doc?.returns ?? '',
      range: this.lines.range(part.anchors[0]?.start ?? part.value.start, part.name.length),
    };
  }

  /** `module.exports = …`, `module.exports.name = …` and `exports.name = …` at the top of the file. */
  private exported(): { whole: Exported | undefined; parts: Exported[] } {
    let whole: Exported | undefined;
    const parts = new Map<string, Exported>();
    for (const statement of this.program.body) {
      if (statement.type !== 'ExpressionStatement') continue;
      let { expression }: { expression: AnyNode } = statement;
      const targets: string[][] = [];
      while (expression.type === 'AssignmentExpression') {
        targets.push(memberPath(expression.left));
        expression = expression.right;
      }
      for (const target of targets) {
        const [root, second, third] = target[0] === 'exports' ? ['module', 'exports', target[1]] : target;
        if (root !== 'module' || second !== 'exports') continue;
        this.understood++;
        if (third) parts.set(third, this.follow(third, expression, [statement]));
        else if (target[0] === 'module') {
          whole = this.follow('', expression, [statement]);
          for (const part of this.properties(whole.value)) parts.set(part.name, part);
        }
      }
    }
    return { whole, parts: [...parts.values()] };
  }

  private properties(value: AnyNode): Exported[] {
    if (value.type !== 'ObjectExpression') return [];
    return value.properties.flatMap((property): Exported[] => {
      if (property.type !== 'Property' || property.computed) return [];
      const { key } = property;
      const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
      return name ? [this.follow(name, property.value, [property])] : [];
    });
  }

  /** A name stands for the function or value that the file declares under it. */
  private follow(name: string, value: AnyNode, anchors: AnyNode[]): Exported {
    if (value.type !== 'Identifier') return { name, value, anchors };
    for (const statement of this.program.body) {
      if (statement.type === 'FunctionDeclaration' && statement.id.name === value.name) {
        return { name, value: statement, anchors: [...anchors, statement] };
      }
      if (statement.type !== 'VariableDeclaration') continue;
      const found = statement.declarations.find(
        (one) => one.id.type === 'Identifier' && one.id.name === value.name,
      );
      if (found?.init) return { name, value: found.init, anchors: [...anchors, statement, found] };
    }
    return { name, value, anchors };
  }

  private docBefore(anchors: readonly AnyNode[]): JsDoc | undefined {
    const near = anchors.flatMap(
      (anchor) => this.docs.findLast((doc) => this.standsBefore(doc, anchor)) ?? [],
    );
    return near.find((doc) => doc.description || doc.params.length > 0) ?? near[0];
  }

  private standsBefore(doc: JsDoc, node: AnyNode): boolean {
    return doc.end <= node.start && this.text.slice(doc.end, node.start).trim() === '';
  }

  private precedesFunction(doc: JsDoc): boolean {
    return this.program.body.some(
      (node) => node.type === 'FunctionDeclaration' && this.standsBefore(doc, node),
    );
  }
}

/** True for an object that is written out with all its names. */
function isPlain(value: AnyNode): boolean {
  return (
    value.type === 'ObjectExpression' &&
    value.properties.every((property) => property.type === 'Property' && !property.computed)
  );
}

function memberPath(node: AnyNode): string[] {
  if (node.type === 'Identifier') return [node.name];
  return node.type === 'MemberExpression' ? [...memberPath(node.object), memberName(node)] : [''];
}

/** True when a bare body hands something back: a `return` with a value outside every inner function. */
export function returnsValue(nodes: readonly AnyNode[]): boolean {
  const search = (node: AnyNode): boolean => {
    if (isFunction(node) || node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return false;
    if (node.type === 'ReturnStatement') return Boolean(node.argument);
    let found = false;
    eachChild(node, (one) => {
      found ||= search(one);
    });
    return found;
  };
  return nodes.some(search);
}
