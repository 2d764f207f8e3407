/** Spans of what the gateway does, sent to an OpenTelemetry collector. */
export interface Tracing {
  /** Runs work within a span; what is called within it gets spans below. */
  span<T>(name: string, attributes: Record<string, string>, work: () => Promise<T>): Promise<T>;
  /** Runs work as a part of the trace that a request's headers name. */
  continued<T>(headers: Record<string, string | string[] | undefined>, work: () => Promise<T>): Promise<T>;
  /** Headers by which the called server goes on with the trace (W3C Trace Context). */
  headers(): Record<string, string>;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** No spans at all, at no cost. */
export const NO_TRACING: Tracing = {
  span: (_, __, work) => work(),
  continued: (_, work) => work(),
  headers: () => ({}),
  stop: async () => undefined,
};

/**
 * Starts tracing. The OpenTelemetry packages are loaded only now: without a collector nobody pays for them.
 * @param endpoint the collector's OTLP/HTTP address, to which /v1/traces is added
 */
export async function startTracing(endpoint: string, version: string): Promise<Tracing> {
  const [api, sdk, exporter, resources] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const provider = new sdk.NodeTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': 'harper-gateway', 'service.version': version }),
    spanProcessors: [new sdk.BatchSpanProcessor(new exporter.OTLPTraceExporter({ url }))],
  });
  provider.register();
  const tracer = provider.getTracer('harper-gateway');
  return {
    span: (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await work();
        } catch (error) {
          // The code says what is wrong; a message may repeat what a caller sent.
          const { code } = (error as { extensions?: { code?: unknown } }).extensions ?? {};
          span.setStatus({ code: api.SpanStatusCode.ERROR, message: String(code ?? 'INTERNAL_SERVER_ERROR') });
          throw error;
        } finally {
          span.end();
        }
      }),
    continued: (headers, work) => api.context.with(api.propagation.extract(api.context.active(), headers), work),
    headers() {
      const carrier: Record<string, string> = {};
      api.propagation.inject(api.context.active(), carrier);
      return carrier;
    },
    async stop() {
      // A collector that is gone keeps nobody from stopping.
      await provider.shutdown().catch(() => undefined);
      api.trace.disable();
      api.context.disable();
      api.propagation.disable();
    },
  };
}
