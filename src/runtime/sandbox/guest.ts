import type { Guest, Lent, ReadingLimits, Resolved, Watcher } from './guest-types';
import type { Leaf, Tree } from './tree';

/**
 * The code that runs inside the sandbox before any script: registers the primitives, `data` and `require`, and
 * reads values out. It is compiled from its own source text, so it uses nothing from outside itself; and it
 * takes what it needs from the built-in objects before a script can change them.
 */
export function guest(lent: Lent): Guest {
  const limits = { nodes: 50_000, depth: 60, text: 1_000_000 };
  /** Frames of a call that are looked at: our own come first, and native ones such as `map` may lie between. */
  const nearest = 10;
  const { parse, stringify } = JSON;
  const { apply, defineProperty, getPrototypeOf, getOwnPropertyDescriptor, ownKeys } = Reflect;
  const keysOf = Object.keys;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const classes = { Error, TypeError, Date, RegExp, Map, Set, Promise, Proxy, String, Number, Boolean };
  const text = String;
  /** The engine's own way to how it writes stacks, whatever a script puts in the place of these properties. */
  const stackLimit = getOwnPropertyDescriptor(Error, 'stackTraceLimit') as Required<PropertyDescriptor>;
  const stackWriter = getOwnPropertyDescriptor(Error, 'prepareStackTrace') as Required<PropertyDescriptor>;
  const objectPrototype = Object.prototype;
  const arrayPrototype = Array.prototype;
  const modules = new Map<string, { exports: unknown }>();
  const getModule = modules.get.bind(modules);
  const setModule = modules.set.bind(modules);
  const dropModule = modules.delete.bind(modules);
  let data: object = {};
  let watcher: Watcher | undefined;

  function attempt(read: () => string): string {
    try {
      return text(read());
    } catch {
      return 'unreadable';
    }
  }

  /** As JSON, whatever `toJSON` a script has given to all arrays or objects: it is not for what is ours. */
  function write(value: unknown): string {
    if (!('toJSON' in arrayPrototype) && !('toJSON' in objectPrototype)) return stringify(value);
    if (isArray(value)) {
      let out = '[';
      for (let at = 0; at < value.length; at++) out += `${at > 0 ? ',' : ''}${write(value[at])}`;
      return `${out}]`;
    }
    if (typeof value !== 'object' || value === null) return stringify(value) ?? 'null';
    let out = '';
    const names = keysOf(value);
    for (let at = 0; at < names.length; at++) {
      const name = names[at] ?? '';
      const field = value[name as keyof object] as unknown;
      if (field !== undefined) out += `${out === '' ? '' : ','}${stringify(name)}:${write(field)}`;
    }
    return `{${out}}`;
  }

  function leaf(shown: string, json: Leaf['json'] = shown): Leaf {
    return { t: 'leaf', json, text: shown };
  }

  /** One reading of one value: it counts what it has read and knows the objects it is inside of. */
  function reading(most: ReadingLimits = limits): (value: unknown) => Tree {
    const inside: object[] = [];
    let left = most.nodes;

    function cut(value: string): string {
      if (value.length <= most.text) return value;
      return `${value.slice(0, most.text)}… ${value.length - most.text} more characters`;
    }

    function list(values: ArrayLike<unknown>, label: string): Tree {
      const items: Tree[] = [];
      while (items.length < values.length && left > 0) items[items.length] = tree(values[items.length]);
      return { t: 'list', label, items, more: values.length - items.length };
    }

    function map(value: Map<unknown, unknown>): Tree {
      const keys: Tree[] = [];
      const items: Tree[] = [];
      for (const [key, item] of value) {
        if (left <= 0) break;
        keys[keys.length] = tree(key);
        items[items.length] = tree(item);
      }
      return { t: 'pairs', keys, items, more: value.size - keys.length };
    }

    function fields(value: object): Tree {
      const names = keysOf(value);
      const keys: string[] = [];
      const items: Tree[] = [];
      while (keys.length < names.length && left > 0) {
        const name = names[keys.length] ?? '';
        keys[keys.length] = name;
        try {
          const read = most.quiet ? getOwnPropertyDescriptor(value, name)?.get : undefined;
          items[items.length] =
            read === undefined ? tree(value[name as keyof object]) : leaf('[getter]', null);
        } catch (error) {
          items[items.length] = leaf(`[reading it threw: ${attempt(() => (error as Error).message)}]`);
        }
      }
      return { t: 'fields', label: labelOf(value), keys, items, more: names.length - keys.length };
    }

    function object(value: object): Tree {
      if (isArray(value)) return list(value, '');
      if (value instanceof classes.Error) return leaf(`${value.name}: ${value.message}`);
      if (value instanceof classes.RegExp) return leaf(text(value));
      if (value instanceof classes.Promise) return leaf('[Promise]');
      if (value instanceof classes.Map) return map(value);
      if (value instanceof classes.Set) return list([...value], 'Set');
      if (isView(value))
        return 'length' in value ? list(value as Uint8Array, labelOf(value)) : leaf('[DataView]');
      if (value instanceof classes.Date) {
        const invalid = Number.isNaN(value.getTime());
        return invalid ? leaf('Invalid Date', null) : value.toISOString();
      }
      if (value instanceof classes.String) return cut(text(value));
      if (value instanceof classes.Number || value instanceof classes.Boolean) return tree(value.valueOf());
      if (most.quiet || !('toJSON' in value) || typeof value.toJSON !== 'function') return fields(value);
      const json: unknown = value.toJSON();
      return json === value ? fields(value) : tree(json);
    }

    function tree(value: unknown): Tree {
      left -= 1;
      switch (typeof value) {
        case 'string':
          return cut(value);
        case 'boolean':
          return value;
        case 'number':
          return value - value === 0 ? value : leaf(text(value), null);
        case 'undefined':
          return leaf('undefined', null);
        case 'bigint':
          return leaf(`${value}n`, text(value));
        case 'symbol':
          return leaf(text(value));
        case 'function': {
          const name = attempt(() => getOwnPropertyDescriptor(value as object, 'name')?.value ?? '');
          return leaf(name === '' ? '[Function]' : `[Function ${name}]`);
        }
        default:
      }
      if (value === null) return null;
      const target = value as object;
      for (let at = 0; at < inside.length; at++) if (inside[at] === target) return leaf('[Circular]');
      if (inside.length >= most.depth) return leaf('[Object]');
      inside[inside.length] = target;
      try {
        return object(target);
      } catch (error) {
        return leaf(`[unreadable: ${attempt(() => (error as Error).message)}]`);
      } finally {
        inside.length -= 1;
      }
    }
    return tree;
  }

  function labelOf(value: object): string {
    const prototype = getPrototypeOf(value);
    if (prototype === null || prototype === objectPrototype) return '';
    const name = prototype.constructor?.name;
    return typeof name === 'string' ? name : '';
  }

  function stack(most: number): string {
    const owner = classes.Error;
    const limit: unknown = apply(stackLimit.get, owner, []);
    const writer: unknown = apply(stackWriter.get, owner, []);
    try {
      apply(stackLimit.set, owner, [most]);
      apply(stackWriter.set, owner, [undefined]);
      return text(new owner().stack);
    } catch {
      return '';
    } finally {
      apply(stackLimit.set, owner, [limit]);
      apply(stackWriter.set, owner, [writer]);
    }
  }

  function ask(name: string, args: unknown[]): unknown {
    const trees: Tree[] = [];
    for (let at = 0; at < args.length; at++) trees[at] = reading()(args[at]);
    if (watcher !== undefined) watcher.before(name, trees);
    const answer = parse(lent.call(name, write(trees), stack(nearest))) as { json?: string; error?: string };
    if (answer.json === undefined) {
      if (watcher !== undefined) watcher.failed(name, text(answer.error));
      throw new classes.Error(answer.error);
    }
    return answer.json === '' ? undefined : parse(answer.json);
  }

  function named<T extends object>(name: string, value: T): T {
    defineProperty(value, 'name', { value: name, configurable: true });
    return value;
  }

  function register(name: string, value: object): void {
    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }

  /** Numbers from 0 to 1 by sfc32. The engine's own would start again with each run, as its memory does. */
  function randomFrom([a = 0, b = 0, c = 0, counter = 0]: number[]): () => number {
    return () => {
      const sum = (a + b + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = ((c << 21) | (c >>> 11)) + sum;
      c |= 0;
      return (sum >>> 0) / 4_294_967_296;
    };
  }

  function server(name: string, tools: string[] | undefined): object {
    const made: Record<string, unknown> = { __proto__: null } as never;
    const make = (tool: string): unknown => {
      made[tool] = named(tool, (...args: unknown[]) => ask('mcp', [name, tool, ...args]));
      return made[tool];
    };
    for (const tool of tools ?? []) make(tool);
    return new classes.Proxy(made, {
      get(_target, key) {
        // `then` and `toJSON` are asked for by the language itself, not by a script that calls a tool.
        if (typeof key !== 'string' || key in made || key === 'then' || key === 'toJSON')
          return made[key as string];
        if (tools === undefined) return make(key);
        throw new classes.Error(`MCP server "${name}" has no tool "${key}". It has: ${tools.join(', ')}.`);
      },
    });
  }

  function require(request: unknown): unknown {
    if (typeof request !== 'string') {
      throw new classes.TypeError('require() takes the name of a skill or of an MCP server, as a string.');
    }
    const found = parse(lent.resolve(request)) as Resolved;
    if (found.kind === 'none') throw new classes.Error(found.message);
    const key = `${found.kind}:${found.name}`;
    const loaded = getModule(key);
    if (loaded !== undefined) return loaded.exports;
    const module = { exports: {} as unknown };
    // Known before it has run, so that skills that require each other meet instead of looping.
    setModule(key, module);
    if (found.kind === 'server') {
      module.exports = server(found.name, found.tools);
      return module.exports;
    }
    try {
      const factory = named(found.name, lent.factory(found.name));
      if (found.shape === 'bare') module.exports = factory;
      else apply(factory, module.exports, [module, module.exports, require]);
    } catch (error) {
      dropModule(key);
      throw error;
    }
    return module.exports;
  }

  return {
    open(setup) {
      const given = parse(setup) as { primitives: string[]; data: object; seed: number[] };
      const { primitives } = given;
      data = given.data;
      defineProperty(Math, 'random', {
        value: named('random', randomFrom(given.seed)),
        writable: true,
        configurable: true,
      });
      for (const name of primitives)
        register(
          name,
          named(name, (...args: unknown[]) => ask(name, args)),
        );
      register('require', require);
      defineProperty(globalThis, 'data', {
        configurable: true,
        get: () => data,
        set(value: unknown) {
          if (typeof value !== 'object' || value === null || isArray(value)) {
            throw new classes.TypeError(
              'data must stay an object: put values into it, such as data.total = 3.',
            );
          }
          data = value;
        },
      });
      return write(ownKeys(globalThis).filter((key) => typeof key === 'string'));
    },
    declare(accessors) {
      for (const name of keysOf(accessors)) {
        const { get, set } = getOwnPropertyDescriptor(accessors, name) ?? {};
        defineProperty(globalThis, name, { get, set, configurable: true, enumerable: true });
      }
    },
    read: (value) => write(reading()(value)),
    data() {
      const entries: [string, Tree][] = [];
      for (const key of keysOf(data)) {
        let value: unknown;
        try {
          value = data[key as keyof object];
        } catch (error) {
          value = `[reading it threw: ${attempt(() => (error as Error).message)}]`;
        }
        entries[entries.length] = [key, reading()(value)];
      }
      return write(entries);
    },
    failure(thrown) {
      if (thrown instanceof classes.Error) {
        const [name, message, stack] = [
          attempt(() => thrown.name),
          attempt(() => thrown.message),
          attempt(() => thrown.stack ?? ''),
        ];
        return write({ name, message, stack });
      }
      return write({ name: 'Error', message: reading()(thrown), stack: '' });
    },
    peek: (value, nodes, depth, letters) =>
      write(reading({ nodes, depth, text: letters, quiet: true })(value)),
    write,
    stack,
    watch(given) {
      watcher = given;
    },
  };
}
