import { integer } from '../ui/format';
import { Icon } from '../ui/icon';
import { type Filter, type Show, shows } from './filter';

/** Finds steps by kind and text, and says how many there are. */
export function FilterBar({
  filter,
  skills,
  found,
  all,
  showsTime,
  onFilter,
  onTime,
}: {
  filter: Filter;
  /** The skills that steps can be looked for by. */
  skills: readonly string[];
  found: number;
  all: number;
  /** Undefined where there are no times to show. */
  showsTime: boolean | undefined;
  onFilter: (filter: Filter) => void;
  onTime: (shows: boolean) => void;
}) {
  const isOn = filter.show !== 'all' || filter.text.trim() !== '';
  return (
    <search class="filter" aria-label="Find steps">
      <input
        type="search"
        class="text-input"
        aria-label="Text in steps"
        placeholder="Find in steps"
        value={filter.text}
        onInput={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
      />
      <span class="select">
        <select
          aria-label="Which steps"
          value={filter.show}
          onChange={(event) => onFilter({ ...filter, show: event.currentTarget.value as Show })}
        >
          {Object.entries(shows).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
          {skills.length > 0 && (
            <optgroup label="Skills">
              {skills.map((name) => (
                <option key={name} value={`skill:${name}`}>
                  Skill {name}
                </option>
              ))}
            </optgroup>
          )}
        </select>
        <Icon name="chevron-down" />
      </span>
      <span class="filter-count" aria-live="polite">
        {isOn ? `${integer(found)} of ${integer(all)}` : ''}
      </span>
      {showsTime !== undefined && (
        <button
          type="button"
          class="icon-button"
          title="Show when each step ran"
          aria-label="Show when each step ran"
          aria-pressed={showsTime}
          onClick={() => onTime(!showsTime)}
        >
          <Icon name="graph-left" />
        </button>
      )}
    </search>
  );
}
