import * as vscode from 'vscode';
import type { Agent, TextRange } from '../../project';
import type { EvalResults } from '../evals';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';

const start = new vscode.Range(0, 0, 0, 0);

/** What is shown above the parts of a project; each can be switched off in the settings. */
export class Lenses implements vscode.CodeLensProvider {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly results: EvalResults,
    readonly onDidChangeCodeLenses: vscode.Event<void>,
  ) {}

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const found = this.workspaces.find(document.uri);
    if (!found) {
      return [];
    }
    const { project, path } = found;
    const { agents } = project.project;
    const agent = agents.find(({ configPath }) => configPath === path);
    if (agent) {
      return this.aboveAgent(project, agent);
    }
    return [...this.aboveSkill(project, path), ...this.aboveEval(project, path)];
  }

  private aboveAgent(project: WorkspaceProject, agent: Agent): vscode.CodeLens[] {
    const range = toRange(agent.ranges.id);
    const target = { folder: project.folder, agentId: agent.id };
    const lens = (title: string, command: string, tooltip: string) =>
      new vscode.CodeLens(range, { title, command, tooltip, arguments: [target] });
    const lenses: vscode.CodeLens[] = [];
    if (isOn('run')) {
      lenses.push(
        lens('$(comment-discussion) Chat', 'tavora.chat', 'Talk to the draft of this agent'),
        lens('$(rocket) Deploy', 'tavora.deploy', 'Check, sync and make a version live'),
      );
    }
    if (isOn('evaluate') && agent.evals.length > 0 && this.results.served) {
      const count = agent.evals.length === 1 ? '1 eval' : `${agent.evals.length} evals`;
      lenses.push(lens(`$(beaker) Evaluate ${count}`, 'tavora.evaluate', 'Run the evals over the draft'));
    }
    const score = this.results.ofAgent(project, agent.id);
    if (isOn('score') && score) {
      lenses.push(
        lens(
          `$(${score.icon}) ${score.text}`,
          'tavora.evaluate',
          'The last run of the evals; click to run them again',
        ),
      );
    }
    return lenses;
  }

  private aboveSkill(project: WorkspaceProject, path: string): vscode.CodeLens[] {
    const users = project.project.agents.filter((agent) =>
      agent.skills.some(({ files }) => files.includes(path)),
    );
    const [first] = users;
    const skill = first?.skills.find(({ files }) => files.includes(path));
    if (!first || !skill) {
      return [];
    }
    const target = { folder: project.folder, skill: skill.name };
    const lenses: vscode.CodeLens[] = [];
    if (isOn('run') && skill.kind === 'module' && skill.path === path) {
      const title = '$(play) Run Skill…';
      lenses.push(
        new vscode.CodeLens(start, { title, command: 'tavora.runSkill', arguments: [project.uri(path)] }),
      );
    }
    if (isOn('uses')) {
      const title =
        users.length === 1 ? `Used by ${first.name || first.id}` : `Used by ${users.length} agents`;
      lenses.push(new vscode.CodeLens(start, { title, command: 'tavora.showUsers', arguments: [target] }));
    }
    return lenses;
  }

  /** One line for each agent that binds the case: it may well do for one what it does not for another. */
  private aboveEval(project: WorkspaceProject, path: string): vscode.CodeLens[] {
    const users = project.project.agents.flatMap((agent) => {
      const file = agent.evals.find((one) => one.path === path);
      return file ? [{ agent, file }] : [];
    });
    if (users.length === 0 || !isOn('score')) {
      return [];
    }
    return users.flatMap(({ agent: { id, name }, file }) => {
      const score = this.results.ofCase(project, id, file);
      const whose = users.length > 1 ? `${name || id}: ` : '';
      return score === undefined
        ? []
        : new vscode.CodeLens(start, {
            title: `$(${score.icon}) ${whose}${score.text}`,
            command: 'tavora.showEval',
            tooltip: 'The newest result; click to see the case in the Test Explorer',
            arguments: [project.uri(path), id],
          });
    });
  }
}

function isOn(which: 'run' | 'evaluate' | 'uses' | 'score'): boolean {
  return vscode.workspace.getConfiguration('tavora.codeLens').get<boolean>(which, true);
}

function toRange(range: TextRange | undefined): vscode.Range {
  return range ? new vscode.Range(range.line - 1, 0, range.line - 1, 0) : start;
}
