import { Fragment } from 'preact';
import { shortened, withoutTurns } from '../format.ts';
import { formatHash } from '../model/route.ts';
import type { Sentence } from '../model/sentence.ts';

/** Characters of a name and of a message that are shown; the whole is there on hover. */
const MOST_OF_NAME = 100;
const MOST_OF_MESSAGE = 600;

/** A name of the cluster. Whatever characters it holds, it changes nothing of the text around it. */
export function NameText({ name }: { readonly name: string }) {
  const shown = shortened(withoutTurns(name), MOST_OF_NAME);
  return (
    <bdi class="name" {...(shown !== name && { title: name })}>
      {shown}
    </bdi>
  );
}

/** A text of the gateway or of Harper. */
export function MessageText({ text }: { readonly text: string }) {
  const shown = shortened(withoutTurns(text), MOST_OF_MESSAGE);
  return <bdi {...(shown !== text && { title: text })}>{shown}</bdi>;
}

export function NodeLink({ name }: { readonly name: string }) {
  return (
    <a href={formatHash(['nodes', name])}>
      <NameText name={name} />
    </a>
  );
}

/** Leads to what is known between two nodes. */
export function PairLink({ nodes: [one, other] }: { readonly nodes: readonly [string, string] }) {
  return (
    <a href={formatHash(['links', one, other])}>
      <NameText name={one} /> <Arrow sign="↔" words="and" /> <NameText name={other} />
    </a>
  );
}

/** A sign between two names, and what a screen reader says for it. */
export function Arrow({ sign, words }: { readonly sign: string; readonly words: string }) {
  return (
    <>
      <span aria-hidden="true">{sign}</span>
      <span class="hidden">{words}</span>
    </>
  );
}

/** A sentence with names of the cluster in it. */
export function SentenceText({ parts }: { readonly parts: Sentence }) {
  return (
    <>
      {parts.map((part, index) => (
        <Fragment key={index}>{typeof part === 'string' ? part : <NameText name={part.name} />}</Fragment>
      ))}
    </>
  );
}

/** Names with commas. */
export function NameList({ names }: { readonly names: readonly string[] }) {
  return (
    <>
      {names.map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ', '}
          <NameText name={name} />
        </Fragment>
      ))}
    </>
  );
}
