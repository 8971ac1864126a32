/** Secrets of every kind that a cluster may hold; each has a part of its own, so that a survivor can be named. None is real. */
export const plants: readonly string[] = [
  'planted-bearer-6f1d',
  'cGxhbnRlZDpiYXNpYw',
  'eyJhbGciOiJplanted',
  'MIIEplanted',
  'planted-db-password',
  'planted-env-token',
  'planted-flag-value',
  'planted-url-password',
  'AKIAPLANTED000000000',
  'ghp_planted0000000000000000',
  'plantd.bootstraptoken00',
  'planted-json-secret',
  'cGxhbnRlZC1jbGllbnQta2V5',
  'planted two words',
];

export function plantedLog(): string {
  return `${[
    '2026-11-24T18:00:00Z [INFO] plugin/reload: Running configuration',
    'GET /api/v1/pods Authorization: Bearer planted-bearer-6f1d',
    'header "Authorization": "Basic cGxhbnRlZDpiYXNpYw=="',
    'mounted token eyJhbGciOiJplanted.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl',
    '-----BEGIN RSA PRIVATE KEY-----',
    'MIIEplantedAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '-----END RSA PRIVATE KEY-----',
    'connecting with password=planted-db-password, retrying',
    'env API_TOKEN: planted-env-token',
    'started as /node-cache --token planted-flag-value -localip 169.254.20.10',
    'dialling https://admin:planted-url-password@registry.example/v2/',
    'aws key AKIAPLANTED000000000 and ghp_planted0000000000000000',
    'joining with plantd.bootstraptoken00 now',
    '{"level":"info","client_secret":"planted-json-secret","msg":"x"}',
    'client-key-data: cGxhbnRlZC1jbGllbnQta2V5',
    'DB_PASSWORD="planted two words"',
  ].join('\n')}\n`;
}

export function plantedPod(): unknown {
  const container = {
    name: 'node-cache',
    args: ['-localip', '169.254.20.10', '--token', 'planted-flag-value', '--password=planted-db-password'],
    env: [
      { name: 'API_TOKEN', value: 'planted-env-token' },
      { name: 'UPSTREAM', value: 'https://admin:planted-url-password@registry.example/' },
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
    ],
  };
  return {
    kind: 'Pod',
    metadata: {
      name: 'node-local-dns-x',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { containers: [container] } }),
        note: 'Bearer planted-bearer-6f1d',
      },
      managedFields: [{ manager: 'kubectl' }],
    },
    spec: { containers: [container] },
    status: { message: 'pull failed: AKIAPLANTED000000000' },
  };
}

export function plantedSecret(): unknown {
  return {
    kind: 'Secret',
    metadata: { name: 'db' },
    data: { any: 'cGxhbnRlZDpiYXNpYw', other: 'cGxhbnRlZC1jbGllbnQta2V5' },
    stringData: { any: 'planted-json-secret', more: 'planted two words' },
  };
}
