import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { faultsOf } from '../support/config-faults.ts';

const HTTPS = { HARPER_URL: 'https://harper.example:9925' };

describe('the addresses of Harper', () => {
  it('takes several addresses as HARPER_URL, in order of preference', () => {
    const { backend } = readConfig({}, { HARPER_URL: 'https://a:9925, http://b:9925 ,unix:/run/c.sock' });
    expect(backend).toMatchObject({
      origin: 'https://a:9925',
      others: [
        { origin: 'http://b:9925', displayUrl: 'http://b:9925' },
        { socketPath: '/run/c.sock', displayUrl: 'unix:/run/c.sock' },
      ],
    });
  });

  it('takes a template and the hosts that it may lead to', () => {
    const hosts = 'node-1,*.harper.internal, 10.0.0.0/8 ,fd00::/8,[fd00::1],::1';
    const environment = { ...HTTPS, HARPER_DISCOVERY: 'https://{host}:9925', HARPER_DISCOVERY_HOSTS: hosts };
    expect(readConfig({}, environment).backend).toMatchObject({
      discovery: { template: 'https://{host}:9925', hosts: hosts.split(',').map((host) => host.trim()) },
    });
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ HARPER_URL: 'https://a,ftp://b' }, /HARPER_URL is not/],
    [{ HARPER_URL: 'https://a,' }, /HARPER_URL is not/],
    [{ HARPER_URL: 'https://a,https://b,https://a/' }, /HARPER_URL has https:\/\/a twice/],
    [{ HARPER_URL: 'https://a,https://x:secret@b' }, /HARPER_URL carries a login/],
    [{ HARPER_URL: 'https://a,https://b/path' }, /HARPER_URL has a path/],
    [{ HARPER_DISCOVERY: 'https://{host}:9925' }, /HARPER_DISCOVERY without HARPER_DISCOVERY_HOSTS/],
    [{ HARPER_DISCOVERY_HOSTS: 'a' }, /HARPER_DISCOVERY_HOSTS without HARPER_DISCOVERY/],
    [{ HARPER_DISCOVERY: 'https://a:9925', HARPER_DISCOVERY_HOSTS: 'a' }, /HARPER_DISCOVERY is not a URL/],
    [{ HARPER_DISCOVERY: 'https://x@{host}', HARPER_DISCOVERY_HOSTS: 'a' }, /HARPER_DISCOVERY is not a URL/],
    [{ HARPER_DISCOVERY: 'https://a/{host}', HARPER_DISCOVERY_HOSTS: 'a' }, /HARPER_DISCOVERY is not a URL/],
    [{ HARPER_DISCOVERY: 'https://{host}', HARPER_DISCOVERY_HOSTS: '*' }, /HARPER_DISCOVERY_HOSTS is not a list/],
    [{ HARPER_DISCOVERY: 'https://{host}', HARPER_DISCOVERY_HOSTS: 'a,*b' }, /HARPER_DISCOVERY_HOSTS is not a list/],
    [{ HARPER_DISCOVERY: 'https://{host}', HARPER_DISCOVERY_HOSTS: '10.0.0.0/64' }, /HARPER_DISCOVERY_HOSTS is not/],
    [{ HARPER_DISCOVERY: 'https://{host}', HARPER_DISCOVERY_HOSTS: 'https://a' }, /HARPER_DISCOVERY_HOSTS is not/],
  ])('refuses %j, and shows no login', (environment, message) => {
    const faults = faultsOf({ ...HTTPS, ...environment }).join('\n');
    expect(faults).toMatch(message);
    expect(faults).not.toContain('secret');
  });
});
