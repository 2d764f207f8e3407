/**
 * A function of the page: whether the operation that is to run is a subscription, which goes by WebSocket. Comments and
 * strings, which may hold any word, are left out first. GraphiQL has parsed the document, but hands out what it had
 * parsed before the last keystrokes.
 */
export const IS_SUBSCRIPTION = String.raw`
  function isSubscription({ query, operationName }) {
    const text = query.replace(/"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n\r])*"|#[^\n\r]*/g, ' ');
    const operations = [];
    let depth = 0;
    const tokens = /([{([])|([\])}])|@\w+|\b(query|mutation|subscription|fragment)\b[\s,]*(\w*)/g;
    for (const [, open, close, kind, name] of text.matchAll(tokens)) {
      if (open) depth += 1;
      else if (close) depth -= 1;
      else if (kind && kind !== 'fragment' && depth === 0) operations.push({ kind, name });
    }
    const chosen = operationName ? operations.find(({ name }) => name === operationName) : operations[0];
    return chosen !== undefined && chosen.kind === 'subscription';
  }
`;

/**
 * A function of the page: keeps the last 20 events of a subscription, as GraphiQL shows one result only. Each has its
 * number and the time at which it came. The newest is first, where it is seen without scrolling, and errors that have
 * ended the subscription come before it.
 */
export const EVENT_LOG = `
  function eventLog() {
    const events = [];
    let received = 0;
    return {
      add(result) {
        received += 1;
        events.unshift({ event: received, receivedAt: new Date().toISOString(), ...result });
        events.splice(20);
      },
      result(errors) {
        if (errors && received === 0) return { errors };
        return { ...(errors && { errors }), received, events };
      },
    };
  }
`;

/**
 * A function of the page: a subscription as GraphiQL takes it, by one WebSocket in the graphql-transport-ws protocol.
 * The login travels in connection_init. Events that come together, such as a snapshot, are shown together.
 */
export const SUBSCRIBE = `
  function subscribe(params, extra) {
    return {
      subscribe(observer) {
        const socket = new WebSocket(endpoint.replace(/^http/, 'ws'), 'graphql-transport-ws');
        const send = (message) => socket.send(JSON.stringify(message));
        const log = eventLog();
        let frame;
        let over = false;
        const show = (errors) => {
          cancelAnimationFrame(frame);
          frame = undefined;
          observer.next(log.result(errors));
        };
        const end = (errors) => {
          if (over) return;
          over = true;
          if (errors || frame !== undefined) show(errors);
          observer.complete();
          socket.close(1000);
        };
        const add = (result) => {
          log.add(result);
          frame ??= requestAnimationFrame(() => show());
        };
        socket.onopen = () => send({ type: 'connection_init', payload: headersFor(extra && extra.headers) });
        socket.onmessage = ({ data }) => {
          const { type, payload } = JSON.parse(data);
          if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: params });
          else if (type === 'ping') send({ type: 'pong' });
          else if (type === 'next' && !over) add(payload);
          else if (type === 'error') end(payload);
          else if (type === 'complete') end();
        };
        socket.onclose = ({ code }) => end([{ message: 'The connection was closed (' + code + ').' }]);
        return {
          unsubscribe() {
            over = true;
            cancelAnimationFrame(frame);
            socket.close(1000);
          },
        };
      },
    };
  }
`;
