import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ConfigError, readConfig } from '../src/config/config.ts';
import { SETTING_NAMES, SETTINGS } from '../src/config/settings.ts';

const read = (name: string) => readFileSync(`deploy/${name}`, 'utf8');

/** Every document of a YAML file; a fault in it is a failure. */
function documents(name: string): Record<string, never>[] {
  return parseAllDocuments(read(name), { merge: true }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS({ maxAliasCount: 10 }) as Record<string, never>;
  });
}

/** Checks settings as the gateway itself would, with files in place of those the deployment mounts. */
function expectSettings(settings: Record<string, string>): void {
  expect(Object.keys(settings).filter((name) => !SETTING_NAMES.includes(name as never))).toEqual([]);
  const file = join(mkdtempSync(join(tmpdir(), 'harper-gateway-deploy-')), 'secret');
  writeFileSync(file, '');
  const local = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, name.endsWith('_FILE') ? file : value]),
  );
  expect(() => readConfig({}, local)).not.toThrow(ConfigError);
}

/** Longer than the gateway may take to stop, in seconds. */
const LEAST_GRACE = Number(SETTINGS.SHUTDOWN_TIMEOUT.default) / 1000;

describe('the Dockerfile', () => {
  const dockerfile = DockerfileParser.parse(read('Dockerfile'));
  const instructions = dockerfile.getInstructions();

  it('runs the built gateway as nobody, without a shell', () => {
    const of = (keyword: string) => instructions.filter((each) => each.getKeyword() === keyword);
    expect(of('USER').map((each) => each.getArgumentsContent())).toEqual(['65532:65532']);
    expect(of('ENTRYPOINT').map((each) => each.getArgumentsContent())).toEqual(['["node", "dist/cli.js"]']);
    expect(of('HEALTHCHECK')[0]?.getArgumentsContent()).toContain('CMD ["node", "dist/cli.js", "health"]');
    expect(dockerfile.getFROMs().map((from) => from.getImage())).toEqual(['node:26-slim', 'node:26-slim']);
  });

  it('copies what there is', () => {
    const copied = instructions
      .filter((each) => each.getKeyword() === 'COPY' && !each.toString().includes('--from'))
      .flatMap((each) =>
        each
          .getArguments()
          .slice(0, -1)
          .map((argument) => argument.getValue()),
      );
    expect(copied.length).toBeGreaterThan(4);
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
  });
});

it('the compose file is one that the gateway starts with, locked down', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a compose file is what it is
  const [{ services, secrets }] = documents('compose.yaml') as any[];
  const { gateway, redis, ...others } = services;
  expectSettings(gateway.environment);
  // The second one differs in its port alone.
  expect(others).toEqual({ 'gateway-2': { ...gateway, ports: [expect.stringContaining(':4000')] } });
  expect(gateway.depends_on).toEqual(['redis']);
  expect(new URL(gateway.environment.REDIS_URL).hostname).toBe('redis');
  expect(secrets).toHaveProperty(redis.secrets[0]);
  expect(gateway).toMatchObject({
    read_only: true,
    user: '65532:65532',
    cap_drop: ['ALL'],
    // Nothing here takes the default seccomp profile away.
    security_opt: ['no-new-privileges:true'],
    // The hostile suite takes this bound from here.
    mem_limit: '512m',
  });
  expect(gateway).not.toHaveProperty('privileged');
  expect(Number.parseInt(gateway.stop_grace_period, 10)).toBeGreaterThan(LEAST_GRACE);
  expect(Object.keys(secrets)).toEqual(gateway.secrets);
});

it('the Kubernetes manifest is one that the gateway starts with, locked down, and its parts fit', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a manifest is what it is
  const [deployment, service, budget] = documents('kubernetes.yaml') as any[];
  const pod = deployment.spec.template;
  const [container] = pod.spec.containers;
  expectSettings(
    Object.fromEntries(container.env.map(({ name, value }: { name: string; value: string }) => [name, value])),
  );
  expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(container.resources.limits.memory).toBe('512Mi');
  expect([container.livenessProbe.httpGet.path, container.readinessProbe.httpGet.path]).toEqual(['/health', '/ready']);
  const delay = container.env.find(({ name }: { name: string }) => name === 'SHUTDOWN_DELAY').value / 1000;
  expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(LEAST_GRACE + delay);
  // Endpoints are taken out when a probe has failed, or at once: either must come before the end of the delay.
  expect(delay).toBeGreaterThan(container.readinessProbe.periodSeconds);
  expect(budget).toMatchObject({ kind: 'PodDisruptionBudget', spec: { minAvailable: 1 } });
  expect(budget.spec.selector.matchLabels).toEqual(pod.metadata.labels);
  expect(deployment.spec.replicas).toBeGreaterThan(budget.spec.minAvailable);
  expect(deployment.spec.selector.matchLabels).toEqual(pod.metadata.labels);
  expect(service.spec.selector).toEqual(pod.metadata.labels);
  expect(service.spec.ports[0].targetPort).toBe(container.ports[0].name);
  expect(container.volumeMounts[0].name).toBe(pod.spec.volumes[0].name);
});

describe('the systemd unit', () => {
  const unit = read('harper-gateway.service');
  const values = (key: string) => [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

  it('is one that the gateway starts with, locked down', () => {
    expectSettings(Object.fromEntries(values('Environment').map((each) => each.split(/=(.*)/s).slice(0, 2))));
    for (const key of ['DynamicUser', 'NoNewPrivileges', 'PrivateTmp', 'ProtectHome'])
      expect(values(key)).toEqual(['yes']);
    expect(values('ProtectSystem')).toEqual(['strict']);
    expect([values('Type'), values('NotifyAccess')]).toEqual([['notify'], ['all']]);
    expect(Number(values('TimeoutStopSec')[0])).toBeGreaterThan(LEAST_GRACE);
    expect(values('LoadCredential').map((each) => each.split(':')[0])).toEqual(['harper-password', 'tokens']);
  });

  it('has sections and keys only, as systemd reads them', () => {
    const odd = unit.split('\n').filter((line) => !/^(#.*|\[(Unit|Service|Install)\]|[A-Z]\w+=.*|)$/.test(line));
    expect(odd).toEqual([]);
    // Where systemd is at hand it says so itself; that node is not installed there is no fault of the unit.
    const { stderr, error } = spawnSync('systemd-analyze', ['verify', 'deploy/harper-gateway.service'], {
      encoding: 'utf8',
    });
    if (error === undefined)
      expect(stderr.split('\n').filter((line) => line && !/not executable|No such file/.test(line))).toEqual([]);
  });
});
