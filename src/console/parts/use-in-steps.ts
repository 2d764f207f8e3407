import { useEffect, useReducer, useRef } from 'preact/hooks';
import { nextFrame } from '../state/next-frame.ts';

export interface Steps {
  /** Where it is another, all parts show the latest at once. */
  readonly key: unknown;
  readonly parts: number;
  /** How many parts take the latest in one frame. */
  readonly step: number;
}

/**
 * Shows the latest of something in many parts, some of them in each frame: all at once would take longer than a frame
 * has. A part is to be rendered again only where it shows something else.
 * @returns what each part shows
 */
export function useInSteps<T>(latest: T, { key, parts, step }: Steps): readonly T[] {
  const before = useRef<{ readonly key: unknown; readonly shown: readonly T[] }>({ key: undefined, shown: [] });
  const [, goOn] = useReducer((steps: number) => steps + 1, 0);
  const isAnother = before.current.key !== key || before.current.shown.length !== parts;
  const shown = isAnother
    ? Array.from({ length: parts }, () => latest)
    : withLatest(before.current.shown, latest, step);
  before.current = { key, shown };
  const isBehind = shown.some((each) => each !== latest);
  useEffect(() => {
    let isOver = false;
    if (isBehind) {
      nextFrame()
        .then(() => {
          if (!isOver) goOn(undefined);
        })
        .catch((error: unknown) => reportError(error));
    }
    return () => {
      isOver = true;
    };
  });
  return shown;
}

/** The same with the latest in so many more parts. */
export function withLatest<T>(shown: readonly T[], latest: T, count: number): readonly T[] {
  let left = count;
  return shown.map((each) => {
    if (each === latest || left === 0) return each;
    left -= 1;
    return latest;
  });
}
