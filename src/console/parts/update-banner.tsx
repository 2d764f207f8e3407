import { useApp } from './app-context.ts';
import { Icon } from './icon.tsx';

/** Says that the gateway serves another version of this page. Nothing where it does not. */
export function UpdateBanner() {
  const { version, options } = useApp();
  if (!version.isOld.value) return null;
  const isAskedAgain = options.auth !== 'none' && options.login === undefined;
  return (
    <div class="banner" data-trust="back" role="status">
      <Icon name="info" />
      <p>
        <strong>There is a new version of this page.</strong> Loading it keeps the place
        {isAskedAgain && ', and asks for the login again: it is kept nowhere'}.
      </p>
      <button type="button" onClick={version.reload}>
        Reload
      </button>
    </div>
  );
}
