import * as vscode from 'vscode';
import type { ChatState } from '../../webviews/chat/messages';
import { offer } from '../shared/commands';
import type { Services } from '../shared/services';
import { Meter } from './meter';

/** What a person lets a run spend, by the settings. */
export class Allowance {
  /** Models of which it was said that a limit on cost does not hold them. */
  private readonly unpriced = new Set<string>();

  constructor(private readonly services: Pick<Services, 'log'>) {}

  /** @returns a meter for a run that begins. @param model what the server says of its model; "" for nothing */
  meter(
    { agent, agents, prices }: Pick<ChatState, 'agent' | 'agents' | 'prices'>,
    model: () => string,
  ): Meter {
    const declared = agents.find(({ key }) => key === agent)?.model ?? '';
    return new Meter(
      { tokens: setting('chat.maxTokens'), cost: setting('chat.maxCost') },
      prices,
      () => model() || declared,
    );
  }

  /** A limit that cannot be kept is said once for each model, not passed over. */
  tellUnpriced(meter: Meter | undefined): void {
    const model = meter?.unpriced;
    if (model === undefined || this.unpriced.has(model)) {
      return;
    }
    this.unpriced.add(model);
    offer(
      this.services.log,
      vscode.window.showWarningMessage,
      `The limit tavora.chat.maxCost does not hold ${model || 'the model of this agent'}: its price is not in tavora.modelPrices.`,
      [
        {
          label: 'Set Prices',
          run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'tavora.modelPrices'),
        },
      ],
    );
  }
}

/** @returns a limit; 0 is none */
function setting(name: string): number {
  return vscode.workspace.getConfiguration('tavora').get<number>(name, 0);
}
