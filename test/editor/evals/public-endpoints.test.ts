import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { evalsAfar } from '../support/evals-afar';

describe('Runs of evals on a server with the public endpoints only', () => {
  const here = evalsAfar();
  const { cases, item, use, run } = here;
  let server: ReducedServer;

  before(async () => {
    server = await startReduced({
      file: vscode.Uri.joinPath(here.api.context.extensionUri, 'dist', 'runtime.js').fsPath,
    });
  });
  after(() => server.close());
  beforeEach(() => use(server.url, server.apiKey));

  it('runs the whole suite, shows what was asked for, and says so', async () => {
    await run([item('first')]);
    assert.deepEqual(here.runs.last.verdicts, { first: 'passed' });
    assert.match(
      here.runs.last.output,
      /Afar runs whole suites only; of this one only what was asked for is shown here\./,
    );
  });

  it('is asked for a limit with all cases of the suite', async () => {
    await run(cases());
    await vscode.workspace
      .getConfiguration('tavora')
      .update('evals.maxTokens', 1, vscode.ConfigurationTarget.Global);
    await run([item('first')]);
    const question = here.messages.find(/^Run one eval\?$/);
    assert.match(question?.detail ?? '', /^The server runs whole suites: 2 evals\. .* of 2 of the evals\.$/);
  });

  it('repeats by running the suite as often', async () => {
    await vscode.workspace
      .getConfiguration('tavora')
      .update('evals.repeat', 2, vscode.ConfigurationTarget.Global);
    await run([item('first'), item('second')], here.api.evals.repeated);
    assert.match(here.runs.last.output, /Afar does not repeat cases by itself; the suite is run 2 times\./);
    assert.match(here.runs.last.output, /✔ first: 2 of 2 passed/);
    assert.equal(here.runs.last.output.match(/whole suites only/), null);
  });

  it('says that there is no trace to open', async () => {
    await run([item('first')]);
    await vscode.commands.executeCommand('tavora.openEvalTrace', item('first'));
    assert.ok(here.messages.find(/^There is no trace/));
  });
});
