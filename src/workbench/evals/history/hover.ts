import * as vscode from 'vscode';
import { CaseLabels, fieldAt } from '../../../project';
import type { Services } from '../../shared/services';
import type { EvalHistory } from './history';
import type { EvalRecord } from './record';
import { trendMarkdown } from './trend-markdown';

/** Fields of a case's file that stand for the case as a whole. */
const fields: readonly string[] = ['name', 'input'];

/** The trend of a case, over its name and its input. */
export class TrendHover implements vscode.HoverProvider {
  constructor(
    private readonly services: Pick<Services, 'workspaces'>,
    private readonly history: EvalHistory,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const found = this.services.workspaces.find(document.uri);
    const agents = found?.project.project.agents.filter(({ evals }) =>
      evals.some(({ path }) => path === found.path),
    );
    if (!found || !agents || agents.length === 0) return undefined;
    const field = fieldAt(document.getText(), document.offsetAt(position));
    if (!field || !fields.includes(field.name)) return undefined;
    const parts: vscode.MarkdownString[] = [];
    for (const agent of agents) {
      const file = agent.evals.find(({ path }) => path === found.path);
      const name = file && CaseLabels.of(agent).ofFile(file);
      const records = await this.history.of(this.history.owner(found.project, agent.id));
      if (token.isCancellationRequested) return undefined;
      const ofCase = records.filter(({ caseName }) => caseName === name);
      if (ofCase.length > 0) parts.push(markdown(ofCase, agents.length > 1 ? agent.name || agent.id : ''));
    }
    const { line, column, endLine, endColumn } = field.range;
    const range = new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
    return parts.length === 0 ? undefined : new vscode.Hover(parts, range);
  }
}

function markdown(records: readonly EvalRecord[], agent: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(trendMarkdown(records, agent));
  // Nothing else that a name or a verdict might smuggle in is run.
  text.isTrusted = { enabledCommands: ['tavora.openStudio'] };
  return text;
}
