import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { activated, closeEditors, until } from '../support/api';
import { Person } from '../support/person';
import { TestProject } from '../support/project';

/** What the adapter says to the editor. */
class Heard implements vscode.DebugAdapterTracker {
  readonly events: DebugProtocol.Event[] = [];

  onDidSendMessage(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === 'event') this.events.push(message as DebugProtocol.Event);
  }

  count(event: string): number {
    return this.events.filter((one) => one.event === event).length;
  }
}

describe('Debugging an agent', () => {
  let api: TestApi;
  let made: TestProject;
  let heard = new Heard();
  let tracking: vscode.Disposable;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'debugged');
    tracking = vscode.debug.registerDebugAdapterTrackerFactory('tavora', {
      createDebugAdapterTracker: () => {
        heard = new Heard();
        return heard;
      },
    });
  });
  after(async () => {
    tracking.dispose();
    await made.remove();
  });
  afterEach(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.debug.stopDebugging();
    await until('the debug session has ended', () => vscode.debug.activeDebugSession === undefined);
    await closeEditors();
  });

  const stops = () => heard.count('stopped');
  const session = (): vscode.DebugSession => {
    assert.ok(vscode.debug.activeDebugSession);
    return vscode.debug.activeDebugSession;
  };
  const stack = async (): Promise<DebugProtocol.StackFrame[]> =>
    (await session().customRequest('stackTrace', { threadId: 1 })).stackFrames;

  /** Starts, and waits until it stands still. */
  async function debug(config: Record<string, unknown>): Promise<void> {
    const name = 'Test';
    heard = new Heard();
    assert.ok(
      await vscode.debug.startDebugging(undefined, { type: 'tavora', request: 'launch', name, ...config }),
    );
    await until('it stands still', () => stops() === 1);
  }

  async function go(command: string): Promise<void> {
    const before = stops();
    await session().customRequest(command, { threadId: 1 });
    await until(`it stands still after ${command}`, () => stops() > before);
  }

  const evaluate = async (expression: string): Promise<string> => {
    const [top] = await stack();
    const args = { expression, frameId: top?.id, context: 'repl' };
    return (await session().customRequest('evaluate', args)).result;
  };
  const greeting = () => ({ project: made.folder.fsPath, agent: 'greeter', input: 'Greet Ada' });

  /** Sets a breakpoint on the line of the skill that makes the greeting. */
  function breakInSkill(condition?: string): void {
    const place = new vscode.Location(made.skill, new vscode.Position(8, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(place, true, condition)]);
  }

  it('stops at a breakpoint in a skill, evaluates, and goes back in time', async () => {
    breakInSkill();
    await debug(greeting());
    const [top, ...below] = await stack();
    // The workspace's own file, not a text that stands in for it.
    assert.match(top?.source?.path ?? '', /debugged.tavora.agents.greeter.skills.greet\.js$/);
    assert.equal(top?.source?.sourceReference ?? 0, 0);
    assert.equal(top?.line, 9);
    assert.deepEqual(
      below.map(({ name }) => name),
      ['block', 'Turn 1: Model'],
    );
    assert.equal(await evaluate('args.name + "?"'), '"Ada?"');
    await go('stepBack');
    assert.equal((await stack())[0]?.name, 'block');
    await go('continue');
    assert.equal((await stack())[0]?.line, 9);
    await go('continue');
    assert.match((await stack())[0]?.name ?? '', /^Turn \d: Answer$/);
  });

  it('runs a frame again as a session of its own', async () => {
    breakInSkill();
    await debug(greeting());
    const [top] = await stack();
    const before = stops();
    await session().customRequest('restartFrame', { frameId: top?.id });
    await until('it stands still again', () => stops() > before);
    await go('continue');
    assert.equal((await stack())[0]?.line, 9);
    assert.equal(await evaluate('args.name'), '"Ada"');
  });

  it('opens a session as it was recorded', async () => {
    await debug({ ...greeting(), stopOnEntry: true });
    await go('continue');
    await vscode.debug.stopDebugging();
    await api.runLogs.settled();
    const logs = await vscode.workspace.fs.readDirectory(made.uri('.runs'));
    assert.ok(
      logs.some(([name]) => /-greeter-.+\.md$/.test(name)),
      JSON.stringify(logs),
    );
    const [row] = api.sessions.getChildren();
    assert.ok(row && 'sessionId' in row);
    const id = row.sessionId;
    await until('it has ended', () => vscode.debug.activeDebugSession === undefined);
    breakInSkill('args.name === "Ada"');
    await debug({ session: id });
    assert.equal((await stack())[0]?.name, 'Turn 1: Message');
    await go('continue');
    assert.equal((await stack())[0]?.line, 9);
    await go('reverseContinue');
    assert.equal((await stack())[0]?.name, 'Turn 1: Message');
  });

  it('says in a sentence why it ends when the runtime goes, and offers what was recorded', async () => {
    let press: (label: string) => void = () => undefined;
    const pressed = new Promise<string>((resolve) => {
      press = resolve;
    });
    const person = new Person(({ buttons }) => (buttons.includes('Debug Again') ? pressed : undefined));
    breakInSkill();
    await debug(greeting());
    const pid = api.connection.runtimePid;
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    await until('the session has ended', () => heard.count('terminated') === 1);
    // The editor is at ending it, and would cancel to be told so again.
    await until('the editor has ended it', () => vscode.debug.activeDebugSession === undefined);
    const said = heard.events.filter(({ event }) => event === 'output').map(({ body }) => body.output);
    assert.match(said.join(''), /The debug session has lost the runtime\./);
    await until('it is offered', () => person.messages.find(/^The debug session has lost the runtime\./));
    heard = new Heard();
    press('Debug Again');
    await until('what was recorded stands still', () => stops() === 1 && vscode.debug.activeDebugSession);
    person.leave();
    assert.equal((await stack())[0]?.name, 'Turn 1: Message');
    await go('continue');
    assert.equal((await stack())[0]?.line, 9, 'where it stood when the runtime went');
  });

  it('offers a configuration for each agent', async () => {
    const offered = await api.debugging.configurations.provideDebugConfigurations(undefined);
    // As a launch.json says it that others have too: no path of this machine.
    const own = offered.find(({ project }) => project === `\${workspaceFolder}/debugged/tavora`);
    assert.equal(own?.agent, 'greeter');
    assert.equal(own?.input, 'Please greet Ada.');
  });

  it('takes a configuration that names the project with a variable', async () => {
    const [offered] = (await api.debugging.configurations.provideDebugConfigurations(undefined)).filter(
      ({ project }) => project.endsWith('/debugged/tavora'),
    );
    await debug({ ...offered, stopOnEntry: true });
    assert.equal(session().configuration.project, made.folder.fsPath);
    assert.equal((await stack())[0]?.name, 'Turn 1: Message');
  });

  it('finds the project where its folder ends with a slash', async () => {
    await debug({ ...greeting(), project: `\${workspaceFolder}/debugged/tavora/`, stopOnEntry: true });
    assert.equal((await stack())[0]?.name, 'Turn 1: Message');
  });
});
