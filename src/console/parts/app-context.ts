import { createContext } from 'preact';
import { useContext, useEffect, useMemo } from 'preact/hooks';
import type { App } from '../state/app.ts';
import { createGatewayState, type GatewayState } from '../state/figures.ts';
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

/** What the gateway says of itself, as long as the component is shown. */
export function useGatewayState(): Polled<GatewayState> {
  const app = useApp();
  const gateway = useMemo(() => createGatewayState(app), [app]);
  useHeld(gateway);
  return gateway;
}
