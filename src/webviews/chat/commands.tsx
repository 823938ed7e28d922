import { Icon } from '../ui/icon';
import type { SlashCommand } from './messages';

const icons = { skill: 'symbol-method', template: 'note', action: 'zap' };
const kinds = { skill: 'skill', template: 'prompt template', action: 'command' };

/** The commands that a message box may mean: those whose name holds what was typed after the slash, best first. */
export function matching(commands: readonly SlashCommand[], draft: string): SlashCommand[] {
  const typed = /^\/(\S*)$/.exec(draft)?.[1]?.toLowerCase();
  if (typed === undefined) {
    return [];
  }
  const starts = commands.filter(({ name }) => name.toLowerCase().startsWith(typed));
  const holds = commands.filter((one) => !starts.includes(one) && one.name.toLowerCase().includes(typed));
  return [...starts, ...holds];
}

/** The list above the message box, which keeps the focus and names its active row. */
export function CommandList({
  commands,
  active,
  onTake,
}: {
  commands: readonly SlashCommand[];
  active: SlashCommand | undefined;
  onTake: (command: SlashCommand) => void;
}) {
  return (
    <div
      class={commands.length > 0 ? 'commands' : 'commands commands-none'}
      id="slash-commands"
      role="listbox"
      aria-label="Commands"
    >
      {commands.map((command) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the message box has the focus and names the active row
        // biome-ignore lint/a11y/useKeyWithClickEvents: the message box hears the keys
        <div
          key={`${command.kind}/${command.name}`}
          id={`slash-${command.kind}-${command.name}`}
          role="option"
          aria-selected={command === active}
          class={command === active ? 'command command-active' : 'command'}
          ref={(row) => {
            if (command === active) {
              row?.scrollIntoView({ block: 'nearest' });
            }
          }}
          // The box must not lose the focus to what is clicked.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(command)}
        >
          <Icon name={icons[command.kind]} />
          <span class="command-name">/{command.name}</span>
          <span class="command-detail">{command.detail}</span>
          <span class="command-kind">{kinds[command.kind]}</span>
        </div>
      ))}
    </div>
  );
}
