import { effect, type Signal, signal } from '@preact/signals';

/** Which colours are shown; `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark';

/** Kept as long as the page is open only. */
export function createTheme(root: HTMLElement): Signal<Theme> {
  const theme = signal<Theme>('system');
  effect(() => {
    if (theme.value === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme.value;
  });
  return theme;
}
