import { useEffect, useState } from 'preact/hooks';
import { useApp, useGatewayState } from '../parts/app-context.ts';
import { BackendList } from '../parts/backend-list.tsx';
import { Failure, Loading, Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Age } from '../parts/time.tsx';

/** Milliseconds after which it says why nothing has come yet. */
const USUAL_MS = 2500;

/** What there is before the first state of the cluster has come. */
export function WaitingView() {
  const { cluster } = useApp();
  const [isOverdue, setOverdue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOverdue(true), USUAL_MS);
    return () => clearTimeout(timer);
  }, []);
  const trust = cluster.trust.value;
  const failure = cluster.failure.value;
  return (
    <Page title="Overview">
      <Loading what="Waiting for the first state of the cluster …" />
      {failure !== undefined && <Failure title="The gateway does not tell how the cluster is." error={failure} />}
      {isOverdue && failure === undefined && trust.kind === 'waiting' && <WhyWaiting since={trust.since} />}
    </Page>
  );
}

function WhyWaiting({ since }: { readonly since: number }) {
  const { data, error } = useGatewayState();
  return (
    <>
      <Notice tone="warn" title="The gateway has not read a node of Harper yet.">
        <p>
          The page has been waiting for <Age at={since} />. It goes on by itself as soon as a node answers.
        </p>
      </Notice>
      {error.value !== undefined && <Failure title="The gateway could not be asked why." error={error.value} />}
      {data.value !== undefined && <BackendList backends={data.value.backends} />}
    </>
  );
}
