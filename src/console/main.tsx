import { render } from 'preact';
import { readOptions } from './options.ts';
import { AppContext } from './parts/app-context.ts';
import { createApp } from './state/app.ts';
import { Root } from './views/root.tsx';

const root = document.getElementById('root');
const options = document.getElementById('options');
if (root === null || options === null) throw new Error('The page lacks its root or its options.');
const app = createApp(readOptions(options.textContent ?? '{}'), window);
// It may hold the login of the sandbox, and no element of the page keeps a login.
options.remove();
// What is painted until the script has come.
root.replaceChildren();
render(
  <AppContext.Provider value={app}>
    <Root />
  </AppContext.Provider>,
  root,
);
