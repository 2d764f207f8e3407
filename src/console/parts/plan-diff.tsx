import { count } from '../format.ts';
import type { Plan, PlanLine, PlanSetting } from '../model/change-plan.ts';
import type { StateWord } from '../model/words.ts';
import { Badge } from './badge.tsx';
import { MessageText, NameText } from './names.tsx';
import { Notice } from './notice.tsx';
import { NotKnown } from './time.tsx';

const WORDS: ReadonlyMap<string, StateWord> = new Map([
  ['ADD', { word: 'Added', tone: 'ok' }],
  ['UPDATE', { word: 'Changed', tone: 'warn' }],
  ['REMOVE', { word: 'Removed', tone: 'bad' }],
  ['KEEP', { word: 'Stays', tone: 'off' }],
]);

export function kindWord(kind: string): StateWord {
  return WORDS.get(kind) ?? { word: kind, tone: 'warn' };
}

/** What a change would do: how each node is before and after. */
export function PlanDiff({ plan }: { readonly plan: Plan }) {
  const changed = plan.lines.filter(({ kind }) => kind !== 'KEEP');
  const kept = plan.lines.filter(({ kind }) => kind === 'KEEP');
  return (
    <div class="plan">
      <p class="muted">
        Asked of <NameText name={plan.nodeName} />
      </p>
      {changed.length === 0 && <Notice tone="info" title="Nothing would be changed." />}
      <ul class="plan-lines">
        {changed.map((line) => (
          <PlanItem key={`${line.kind} ${line.name}`} line={line} />
        ))}
      </ul>
      {kept.length > 0 && (
        <details class="more">
          <summary>{count(kept.length, 'other')} as before</summary>
          <ul class="plan-kept">
            {kept.map(({ name, summary }) => (
              <li key={name}>
                <MessageText text={summary} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {plan.warnings.length > 0 && (
        <Notice tone="warn" title="The nodes disagree about what would be changed.">
          {plan.warnings.map((warning) => (
            <p key={warning}>
              <MessageText text={warning} />
            </p>
          ))}
        </Notice>
      )}
    </div>
  );
}

function PlanItem({ line: { kind, name, summary, settings } }: { readonly line: PlanLine }) {
  const word = kindWord(kind);
  return (
    <li class="plan-line" data-tone={word.tone}>
      <p class="plan-head">
        <Badge state={word} /> <NameText name={name} />
      </p>
      <p>
        <MessageText text={summary} />
      </p>
      {settings.length > 0 && (
        <table class="settings">
          <caption class="hidden">Before and after</caption>
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {settings.map((setting) => (
              <SettingRow key={setting.label} setting={setting} />
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}

function SettingRow({ setting: { label, before, after } }: { readonly setting: PlanSetting }) {
  const isChanged = before !== after;
  return (
    <tr class={isChanged ? 'changed' : ''}>
      <th scope="row">{label}</th>
      <td>{before === undefined ? <NotKnown why="none" /> : <MessageText text={before} />}</td>
      <td>
        {after === undefined ? <NotKnown why="none" /> : <MessageText text={after} />}
        {isChanged && <span class="hidden"> changed</span>}
      </td>
    </tr>
  );
}
