/**
 * Lints and tests the rules and the routes, then has Prometheus scrape a server that dies, and
 * Alertmanager report it.
 */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import {
  askJson,
  createPrograms,
  findPort,
  MONITORING,
  missingPrograms,
  run,
  waitFor,
} from '../monitoring/programs.mjs';

const FOLDER = 'server/deploy/monitoring';

/** Alerts by the receiver that they are for. */
const ROUTES = [
  ['dead-mans-switch', 'alertname=NovacronWatchdog severity=none service=novacron'],
  ['pager', 'alertname=NovacronServerDown severity=critical service=novacron'],
  ['chat', 'alertname=NovacronDegraded severity=warning service=novacron'],
  ['chat', 'alertname=Other severity=critical'],
];

/** @type {import('../deployment-artifacts.mjs').Check} */
export const ALERTS = {
  name: 'alerts',
  artifacts: [
    {
      path: `${FOLDER}/rules/`,
      label: 'RAN',
      how: 'Prometheus evaluates them over a server that dies; promtool tests each alert',
    },
    { path: `${FOLDER}/tests/`, label: 'RAN', how: 'promtool runs them' },
    {
      path: `${FOLDER}/prometheus.yaml`,
      label: 'RAN',
      how: 'Prometheus runs with it; ports and intervals are shortened',
    },
    {
      path: `${FOLDER}/alertmanager.yaml`,
      label: 'RAN',
      how: 'Alertmanager runs with it; the check receives, and waits are shortened',
    },
  ],
  missing: () => missingPrograms(['prometheus', 'promtool', 'prometheus-alertmanager', 'amtool']),
  run: async ({ say, directory }) => {
    checkFiles();
    const programs = createPrograms();
    const receiver = await startReceiver();
    try {
      const server = await programs.startServer(join(directory, 'server'));
      const alertmanager = await startAlertmanager({ programs, receiver, directory });
      const prometheus = await startPrometheus({ programs, server, alertmanager, directory });
      await waitFor('the watchdog', () => receiver.find('/dead-mans-switch', 'NovacronWatchdog'));
      await waitFor('a scrape', () => isUp(prometheus, '1'));
      say('        the dead man’s switch gets its alert; now the server dies');
      await programs.end(server.child);
      const instance = new URL(server.url).host;
      const { status } = await waitFor('the page', () =>
        receiver.find('/pager', 'NovacronServerDown', instance),
      );
      if (status !== 'firing') throw new Error(`the page says ${status}`);
      await checkInhibitions(alertmanager, instance);
      say('        the pager gets an alert; what it and a lost node explain is not sent');
    } finally {
      await programs.endAll();
      receiver.stop();
    }
  },
};

function checkFiles() {
  run('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', 'rules/service-levels.yaml']);
  run('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', 'rules/alerts.yaml']);
  run('promtool', ['check', 'config', '--syntax-only', 'prometheus.yaml']);
  run('promtool', ['test', 'rules', 'tests/alerts.test.yaml']);
  run('amtool', ['check-config', 'alertmanager.yaml']);
  for (const [receiver, labels] of ROUTES) {
    const words = ['config', 'routes', 'test', '--config.file=alertmanager.yaml'];
    run('amtool', [...words, `--verify.receivers=${receiver}`, ...labels.split(' ')]);
  }
}

/** Stands in the place of chat, pager and the dead man's switch. */
async function startReceiver() {
  const received = [];
  const server = createServer(async (request, response) => {
    const { alerts: sent } = await readJson(request);
    for (const alert of sent) received.push({ path: request.url, alert });
    response.end();
  });
  const port = await findPort();
  server.listen(port, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${port}`,
    find: async (path, name, instance) =>
      received.find(
        ({ path: to, alert: { labels } }) =>
          to === path && labels.alertname === name && labels.instance === instance,
      )?.alert,
    stop: () => server.close(),
  };
}

async function startAlertmanager({ programs, receiver, directory }) {
  const text = readFileSync(join(MONITORING, 'alertmanager.yaml'), 'utf8')
    .replaceAll('https://alerts.example.com', receiver.url)
    .replaceAll(/group_(wait|interval): \d+[sm]/g, 'group_$1: 1s');
  const file = join(directory, 'alertmanager.yaml');
  writeFileSync(file, text);
  const address = `127.0.0.1:${await findPort()}`;
  programs.start('prometheus-alertmanager', [
    `--config.file=${file}`,
    `--storage.path=${join(directory, 'alertmanager')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ]);
  await waitFor('Alertmanager', () => askJson(`http://${address}/api/v2/status`));
  return address;
}

async function startPrometheus({ programs, server, alertmanager, directory }) {
  const folder = join(directory, 'prometheus');
  mkdirSync(folder);
  cpSync(join(MONITORING, 'rules'), join(folder, 'rules'), { recursive: true });
  const rules = join(folder, 'rules/alerts.yaml');
  writeFileSync(rules, readFileSync(rules, 'utf8').replaceAll(/for: \d+m/g, 'for: 1s'));
  const text = readFileSync(join(MONITORING, 'prometheus.yaml'), 'utf8')
    .replaceAll('interval: 15s', 'interval: 1s')
    .replace('127.0.0.1:9093', alertmanager)
    .replace('127.0.0.1:7480', new URL(server.url).host)
    .replace('/etc/prometheus/novacron.key', join(directory, 'server/admin.key'));
  const file = join(folder, 'prometheus.yaml');
  writeFileSync(file, text);
  const address = `127.0.0.1:${await findPort()}`;
  programs.start('prometheus', [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    // What was sent before Alertmanager was found is otherwise sent again after a minute.
    '--rules.alert.resend-delay=1s',
  ]);
  return address;
}

async function isUp(prometheus, value) {
  const query = encodeURIComponent('up{job="novacron"}');
  const { data } = await askJson(`http://${prometheus}/api/v1/query?query=${query}`);
  return data.result[0]?.value[1] === value ? 'yes' : undefined;
}

/** Alerts that are explained by others that fire. */
async function checkInhibitions(alertmanager, instance) {
  const alert = (alertname, severity, labels = {}) => ({
    labels: { alertname, severity, service: 'novacron', ...labels },
  });
  const explained = [
    'NovacronCertificateExpires another',
    `NovacronDegraded ${instance}`,
    'NovacronVmsDown ',
  ];
  await askJson(`http://${alertmanager}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([
      alert('NovacronNodeLost', 'critical', { status: 'lost' }),
      alert('NovacronDegraded', 'warning', { instance }),
      alert('NovacronDegraded', 'warning', { instance: 'another' }),
      alert('NovacronVmsDown', 'critical'),
      alert('NovacronCertificateExpires', 'warning', { instance: 'third' }),
      alert('NovacronCertificateExpires', 'warning', { instance: 'another' }),
      alert('NovacronCertificateExpiresSoon', 'critical', { instance: 'another' }),
      alert('WebsiteDown', 'critical', { vm: 'web-1' }),
    ]),
  });
  await waitFor('the inhibition of alerts', async () => {
    const found = await askJson(`http://${alertmanager}/api/v2/alerts`);
    const quiet = found.filter(({ status }) => status.state === 'suppressed');
    const names = quiet.map(({ labels: { alertname, instance: of = '' } }) => `${alertname} ${of}`);
    return JSON.stringify(names.toSorted()) === JSON.stringify(explained) ? 'yes' : undefined;
  });
}
