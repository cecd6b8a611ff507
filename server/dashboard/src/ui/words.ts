/** Names of fields and operations as words for people. */

const WORDS: Readonly<Record<string, string>> = {
  id: 'ID',
  vm: 'VM',
  cpu_cores: 'CPU',
  memory_gb: 'Memory',
  disk_gb: 'Disk',
  size_gb: 'Size',
  ip_address: 'IP address',
  cidr: 'CIDR',
  mac_address: 'MAC address',
  metadata: 'Labels',
  dns_servers: 'DNS servers',
  vm_count: 'VMs',
  vms_down: 'VMs down',
  created_at: 'Created',
  created_by: 'Created by',
  opened_at: 'Opened',
  first_seen_at: 'First seen',
  subject_name: 'Subject',
  updated_at: 'Changed',
  expires_at: 'Expires',
  last_used_at: 'Last used',
  finished_at: 'Finished',
  cost_per_hour: 'Cost an hour',
  vm_hours_per_hour: 'VM-hours an hour, with nodes',
  resource_name: 'Resource',
  ssh_key_ids: 'Stored SSH keys',
  ttl_seconds: 'Time to live, in seconds',
  resource_kind: 'Kind',
  principal: 'Who',
  user_id: 'Who',
  at: 'Time',
  built_in: 'Built in',
  os: 'OS',
  os_version: 'OS version',
  duration_ms: 'Duration',
  estimated_improvement: 'Improvement',
  progress_percent: 'Progress',
  target_name: 'Target',
  failures_in_a_row: 'Failures',
  last_started_at: 'Last round',
  next_at: 'Next round',
};

/** Words that are written in capitals. */
const CAPITALS: Readonly<Record<string, string>> = {
  api: 'API',
  cidr: 'CIDR',
  cpu: 'CPU',
  dns: 'DNS',
  hcl: 'HCL',
  id: 'ID',
  ids: 'IDs',
  io: 'I/O',
  ip: 'IP',
  mac: 'MAC',
  numa: 'NUMA',
  os: 'OS',
  ssh: 'SSH',
  tls: 'TLS',
  tpm: 'TPM',
  ttl: 'TTL',
  url: 'URL',
  vm: 'VM',
  vms: 'VMs',
};

/** `memory_gb` as `Memory`, `max_unavailable` as `Max unavailable`, `from_vm_id` as `From VM`. */
export function labelOf(field: string): string {
  const known = WORDS[field];
  if (known !== undefined) return known;
  if (field.endsWith('_wo')) return `${labelOf(field.slice(0, -'_wo'.length))} (write-only)`;
  // Pages show what an id refers to; the command line and the API say `network_id`.
  const words = field
    .replace('_wo_version', '_version')
    .replace(/_id(s?)$/, '$1')
    .split('_')
    .map((word) => CAPITALS[word] ?? word)
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `vm.restart_service` as `Restart service`. */
export function verbOf(operation: string): string {
  return labelOf(operation.split('.')[1] ?? operation);
}

/** A count with its noun: `1 VM`, `2 VMs`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
