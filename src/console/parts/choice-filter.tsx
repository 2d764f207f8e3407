import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { shortened, withoutTurns } from '../format.ts';

interface ChoiceFilterProps {
  readonly title: string;
  readonly choices: readonly { readonly value: string; readonly label: ComponentChildren; readonly text: string }[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

const MOST_OF_SUMMARY = 24;

/** Several of a list, or all of it where none is chosen. It opens below its title. */
export function ChoiceFilter({ title, choices, chosen, onChange }: ChoiceFilterProps) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const closeOutside = ({ target }: Event) => {
      if (details.current && target instanceof Node && !details.current.contains(target)) details.current.open = false;
    };
    document.addEventListener('pointerdown', closeOutside);
    document.addEventListener('focusin', closeOutside);
    return () => {
      document.removeEventListener('pointerdown', closeOutside);
      document.removeEventListener('focusin', closeOutside);
    };
  }, []);
  const toggle = (value: string, isChosen: boolean) => {
    const order = choices.map((each) => each.value);
    onChange(order.filter((each) => (each === value ? isChosen : chosen.includes(each))));
  };
  return (
    <details
      class="choice-filter"
      ref={details}
      onKeyDown={({ key, currentTarget }) => {
        if (key !== 'Escape' || !currentTarget.open) return;
        currentTarget.open = false;
        currentTarget.querySelector('summary')?.focus();
      }}
    >
      <summary>
        {title}: <strong>{summaryOf(choices, chosen)}</strong>
      </summary>
      <fieldset>
        <legend class="hidden">{title}</legend>
        {choices.map(({ value, label }) => (
          <label key={value}>
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={(event) => toggle(value, event.currentTarget.checked)}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

function summaryOf(choices: ChoiceFilterProps['choices'], chosen: readonly string[]): ComponentChildren {
  if (chosen.length === 0) return 'all';
  if (chosen.length > 1) return `${chosen.length} of ${choices.length}`;
  const text = choices.find(({ value }) => value === chosen[0])?.text ?? '';
  return <bdi>{shortened(withoutTurns(text), MOST_OF_SUMMARY)}</bdi>;
}
