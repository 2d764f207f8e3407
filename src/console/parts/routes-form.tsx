import { useMemo } from 'preact/hooks';
import { RoutesDocument } from '../graphql/graphql.ts';
import type { RoutePlace } from '../model/change-plan.ts';
import type { Fields } from '../model/peer-fields.ts';
import { readRoute } from '../model/route-field.ts';
import { createRoutes } from '../state/changing.ts';
import { proposeRoutes } from '../state/proposals.ts';
import { useApp, useHeld } from './app-context.ts';
import { ChangeForm, type Read } from './change-form.tsx';
import { TextField } from './field.tsx';
import { MessageText, NameText } from './names.tsx';
import { Empty, Failure, Loading } from './notice.tsx';
import { Section } from './page.tsx';

/** The routes of a node: what there is, one more, one less. */
export function RoutesForm({ node }: { readonly node: string | undefined }) {
  const app = useApp();
  const routes = useMemo(() => createRoutes(app, node), [app, node]);
  useHeld(routes);
  const { value } = routes.data;
  if (value === undefined) {
    if (routes.error.value !== undefined)
      return <Failure title="The routes could not be asked." error={routes.error.value} />;
    return <Loading what="Asking for the routes …" />;
  }
  return (
    <>
      <p>
        Routes of <NameText name={value.nodeName} />. They say where nodes are found when Harper starts, which is when
        it reads them.
      </p>
      <RouteList routes={value.routes} node={value.nodeName} />
      <Section title="Set a route" asked={{ document: RoutesDocument }}>
        <SetForm node={value.nodeName} own={value.routes} />
      </Section>
    </>
  );
}

interface RouteListProps {
  readonly routes: readonly RoutePlace[];
  readonly node: string;
}

function RouteList({ routes, node }: RouteListProps) {
  const { session, changing } = useApp();
  if (routes.length === 0) return <Empty>No routes are configured.</Empty>;
  const remove = (url: string) => {
    changing.propose(proposeRoutes(session, { node, added: [], deleted: [url] })).catch((failure: unknown) => {
      reportError(failure);
    });
  };
  return (
    <table class="table routes">
      <caption class="hidden">Routes that are configured</caption>
      <thead>
        <tr>
          <th scope="col">Leads to</th>
          <th scope="col">As configured</th>
          <th scope="col">
            <span class="hidden">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {routes.map(({ configured, url }) => (
          <tr key={configured}>
            <th scope="row">
              <NameText name={url} />
            </th>
            <td data-label="As configured">
              <MessageText text={configured} />
            </td>
            <td data-label="">
              <button type="button" onClick={() => remove(url)}>
                Delete … <span class="hidden">{url}</span>
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SetForm({ node, own }: { readonly node: string; readonly own: readonly RoutePlace[] }) {
  const { session, changing } = useApp();
  const values: Fields = changing.draft()?.[0] ?? new Map();

  function read(fields: Fields): Read {
    const route = readRoute(
      fields.get('route') ?? '',
      own.map(({ url }) => url),
    );
    if (typeof route === 'string') return { faults: [{ field: 'route', message: route }] };
    return { proposal: proposeRoutes(session, { node, added: [route], deleted: [] }) };
  }

  return (
    <ChangeForm read={read}>
      {(faults) => (
        <TextField
          form={{ values, faults: faults.map((fault) => ({ ...fault, field: 'route' })), prefix: '' }}
          name="route"
          label="Where a node is found"
          placeholder="node-4:9933"
          hint="A host with a port or without, or a ws:// or wss:// URL."
        />
      )}
    </ChangeForm>
  );
}
