// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the project's files write variables so.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { loadWASM, OnigScanner, OnigString } from 'vscode-oniguruma';
import { type IGrammar, INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';

/** The least of Markdown that the injection stands in: paragraphs, inline code and fenced blocks. */
const markdown = JSON.stringify({
  scopeName: 'text.html.markdown',
  patterns: [
    { begin: '^```(\\w*)$', end: '^```$', name: 'markup.fenced_code.block.markdown' },
    { match: '`[^`]+`', name: 'markup.inline.raw.string.markdown' },
  ],
});

const file = 'syntaxes/tavora-prompt.tmLanguage.json';

describe('The grammar of prompts', () => {
  let grammar: IGrammar;

  before(async () => {
    const wasm = createRequire(path.resolve('package.json')).resolve('vscode-oniguruma/release/onig.wasm');
    await loadWASM(new Uint8Array(readFileSync(wasm)).buffer);
    const texts: Record<string, string> = {
      'text.html.markdown': markdown,
      'tavora.prompt.injection': readFileSync(file, 'utf8'),
    };
    const registry = new Registry({
      onigLib: Promise.resolve({
        createOnigScanner: (patterns) => new OnigScanner(patterns),
        createOnigString: (text) => new OnigString(text),
      }),
      loadGrammar: async (scope) =>
        texts[scope] === undefined ? null : parseRawGrammar(texts[scope], `${scope}.json`),
      getInjections: (scope) => (scope === 'text.html.markdown' ? ['tavora.prompt.injection'] : undefined),
    });
    const loaded = await registry.loadGrammar('text.html.markdown');
    assert.ok(loaded);
    grammar = loaded;
  });

  /** @returns the stretches of lines that have one of our scopes, as "text scope". */
  function marked(...lines: string[]): string[] {
    let state = INITIAL;
    return lines.flatMap((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return tokens.flatMap(({ startIndex, endIndex, scopes }) => {
        const scope = scopes.at(-1) ?? '';
        return scope.endsWith('.tavora') && !scope.startsWith('punctuation')
          ? [`${line.slice(startIndex, endIndex)} ${scope}`]
          : [];
      });
    });
  }

  it('marks placeholders and variables', () => {
    assert.deepEqual(marked('Dear {{ customer.name }}, see ${BASE_URL}/orders.'), [
      '  meta.placeholder.tavora',
      'customer.name variable.parameter.placeholder.tavora',
      '  meta.placeholder.tavora',
      'BASE_URL variable.other.environment.tavora',
    ]);
  });

  it('marks the skills that a text speaks of', () => {
    assert.deepEqual(marked("Call `require('lookup-order')` first, then the skill `refund-policy`."), [
      'require support.function.require.tavora',
      'lookup-order entity.name.function.skill.tavora',
      'refund-policy entity.name.function.skill.tavora',
    ]);
  });

  it('leaves other texts and code blocks alone', () => {
    assert.deepEqual(marked('Costs {5} or $5, {{}}, ${lower}, requires(x), skilled `work`.'), []);
    assert.deepEqual(marked('```js', 'const a = `${NAME}`; {{ x }}', '```'), []);
  });

  it('is contributed, as are snippets for every kind of file', () => {
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.deepEqual(contributes.grammars[0].path, `./${file}`);
    for (const { path: snippets } of contributes.snippets) {
      for (const [name, one] of Object.entries(JSON.parse(readFileSync(snippets, 'utf8')))) {
        const { prefix, body, description } = one as { prefix: string; body: string[]; description: string };
        assert.match(prefix, /^tavora-/, name);
        assert.ok(body.length > 0 && description.length > 0, name);
      }
    }
  });
});
