/** The machines that run on a host, as the host itself sees them: processes and their monitors. */

/** Prints `name pid start status` of each QEMU of NovaCron; asks the monitor for operators. */
const LIST = `
for pid in $(pgrep -f 'qemu-system.* -name guest=vm_'); do
  command=$(tr '\\0' ' ' < /proc/$pid/cmdline)
  id=$(echo "$command" | sed -n 's/.*guest=\\(vm_[0-9a-z]*\\).*/\\1/p')
  socket=$(echo "$command" | grep -o '[^ =,]*qmp-operator.sock' | head -n 1)
  start=$(awk '{ print $22 }' /proc/$pid/stat)
  status=$(node -e '
    const socket = require("net").createConnection(process.argv[1]);
    const send = (execute) => socket.write(JSON.stringify({ execute }) + "\\n");
    let text = "";
    socket.on("connect", () => { send("qmp_capabilities"); send("query-status"); });
    socket.on("data", (part) => {
      text += part;
      const status = /"status": *"([a-z-]+)"/.exec(text);
      if (status) { console.log(status[1]); process.exit(0); }
    });
    setTimeout(() => { console.log("silent"); process.exit(0); }, 20000);
  ' "$socket")
  echo "$id $pid $start $status"
done`;

/** @typedef {Awaited<ReturnType<typeof import('./host-machine.mjs').bootHost>>} Host */

/**
 * @param {Pick<Host, 'run'>} host
 * @returns {Promise<readonly { id: string, process: string, status: string }[]>} each machine;
 * `process` is its process id and start time, so it differs after a restart
 */
export async function listGuests(host) {
  const { output } = await host.run(LIST);
  return output
    .trim()
    .split('\n')
    .filter((line) => /^vm_[0-9a-z]{26} /.test(line))
    .map((line) => {
      const [id = '', pid, start, status = ''] = line.split(' ');
      return { id, process: `${pid} ${start}`, status };
    });
}
