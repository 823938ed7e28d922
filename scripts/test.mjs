// `npm test`: everything, or the stages named: `npm test -- unit contract --grep sandbox`.
import { parseArgs } from 'node:util';
import { bootstrap } from './lib/bootstrap.mjs';
import { Failure, runMain } from './lib/failure.mjs';

await runMain(async () => {
  await bootstrap();
  const { stages } = await import('./lib/stages.mjs');
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      grep: { type: 'string' },
      desktop: { type: 'boolean', default: false },
      pictures: { type: 'boolean', default: false },
    },
  });
  const names = stages.map(({ name }) => name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Failure(`There is no stage called ${unknown.join(', ')}. The stages are: ${names.join(', ')}.`);
  }
  // The build is not a test: naming a kind builds what it runs on.
  const wanted = stages.filter(
    ({ name }) =>
      positionals.length === 0 || positionals.includes(name) || (name === 'build' && builds(positionals)),
  );

  const total = { passed: 0, failed: 0 };
  const rows = [];
  for (const { name, run } of wanted) {
    console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`);
    const began = performance.now();
    const counts = await run(values).catch((error) => {
      console.error(error instanceof Failure ? error.message : error);
      return { passed: 0, failed: 1 };
    });
    total.passed += counts.passed;
    total.failed += counts.failed;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    rows.push(
      `${counts.failed > 0 ? '✘' : '✔'} ${name.padEnd(10)} ${String(counts.passed).padStart(5)} passed ${String(counts.failed).padStart(4)} failed ${seconds.padStart(7)} s`,
    );
  }
  console.log(`\n${rows.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
});

/** @param {readonly string[]} kinds */
function builds(kinds) {
  return kinds.some((kind) => !['lint', 'types', 'wall'].includes(kind));
}
