/** Spans of what the gateway does, sent to an OpenTelemetry collector. */
export interface Tracing {
  /** Runs work within a span, which is the parent of those that begin within it. */
  span<T>(name: string, attributes: Record<string, string>, work: () => Promise<T>): Promise<T>;
  /** Runs work as a part of the trace in a request's headers. */
  continued<T>(headers: Record<string, string | string[] | undefined>, work: () => Promise<T>): Promise<T>;
  /** Headers that continue the trace at a called server (W3C Trace Context). */
  headers(): Record<string, string>;
  /**
   * Sends the remaining spans and ends.
   * @throws when they cannot be sent
   */
  stop(): Promise<void>;
}

/** Makes no spans and costs nothing. */
export const NO_TRACING: Tracing = {
  span: (_, __, work) => work(),
  continued: (_, work) => work(),
  headers: () => ({}),
  stop: async () => undefined,
};

/** Loads the OpenTelemetry packages, which are optional peers: 34 MB that only some need. */
async function loadPackages() {
  try {
    return await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const names = ['api', 'sdk-trace-node', 'exporter-trace-otlp-http', 'resources'];
    const install = `npm install ${names.map((name) => `@opentelemetry/${name}`).join(' ')}`;
    throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT needs packages that are not installed: ${install}`, { cause: error });
  }
}

/**
 * Starts tracing. The OpenTelemetry packages are loaded here, so that they cost nothing without a collector.
 * @param endpoint the collector's OTLP/HTTP address, to which /v1/traces is added
 * @throws Error that says what to install where the packages are missing
 */
export async function startTracing(endpoint: string, version: string): Promise<Tracing> {
  const [api, sdk, exporter, resources] = await loadPackages();
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
          // Only the code is sent, since a message may repeat what a caller sent.
          const { code } = error as { code?: unknown };
          span.setStatus({ code: api.SpanStatusCode.ERROR, message: String(code ?? 'INTERNAL_SERVER_ERROR') });
          throw error;
        } finally {
          span.end();
        }
      }),
    // What else a caller says of its trace (`baggage`, `tracestate`) may hold anything, and goes no further.
    continued: ({ traceparent }, work) =>
      api.context.with(api.propagation.extract(api.context.active(), { traceparent }), work),
    headers() {
      const carrier: Record<string, string> = {};
      api.propagation.inject(api.context.active(), carrier);
      return carrier;
    },
    async stop() {
      try {
        await provider.shutdown();
      } finally {
        api.trace.disable();
        api.context.disable();
        api.propagation.disable();
      }
    },
  };
}
