import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import type { App } from '../state/app.ts';
import type { Polled } from '../state/polled.ts';

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('The component is outside of the application.');
  return app;
}

/** Has something followed as long as the component is shown. */
export function useHeld(held: Pick<Polled<unknown>, 'hold'>): void {
  useEffect(() => held.hold(), [held]);
}
