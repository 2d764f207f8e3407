import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const DAY = 86_400_000;

/** Makes a self-signed certificate; for this machine and a day when nothing else is said. */
export async function certificate(
  host = 'localhost',
  notAfter = new Date(Date.now() + DAY),
  commonName = host,
): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    notBeforeDate: new Date(Date.now() - 2 * DAY),
    notAfterDate: notAfter,
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames:
          host === 'localhost'
            ? [
                { type: 2, value: host },
                { type: 7, ip: '127.0.0.1' },
              ]
            : [{ type: 2, value: host }],
      },
    ],
  });
  return { key, cert };
}
