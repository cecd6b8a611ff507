/**
 * The plugin by which Ansible says what it does: a line of JSON for each event, written when it
 * happens. Ansible has no such plugin of its own; its plugin `json` writes at the end.
 * Source: Ansible, "Developing plugins: callback plugins".
 */

/** The name of the plugin, and of its file. */
export const CALLBACK_NAME = 'novacron_events';

/** Its text, in Python. The last line is about the end, and has the counts. */
export const CALLBACK_PLUGIN = `
DOCUMENTATION = """
name: ${CALLBACK_NAME}
type: stdout
short_description: writes a line of JSON for each event
description: [writes a line of JSON for each event]
"""

import json
import sys
import time

from ansible.plugins.callback import CallbackBase

TEXT_MAX = 2000
HOSTS_MAX = 100


def text_of(value):
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= TEXT_MAX else text[:TEXT_MAX] + "..."


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "${CALLBACK_NAME}"

    def __init__(self):
        super().__init__()
        self.begun = {}

    def say(self, event, **more):
        line = {"event": event, "at_ms": int(time.time() * 1000)}
        line.update((key, value) for key, value in more.items() if value not in (None, ""))
        sys.stdout.write(json.dumps(line, ensure_ascii=False, default=str) + "\\n")
        sys.stdout.flush()

    def say_result(self, event, result, **more):
        host = result._host.get_name()
        found = result._result
        message = found.get("msg")
        if event in ("failed", "unreachable"):
            parts = [found.get(key) for key in ("msg", "stderr", "stdout", "exception")]
            message = "\\n".join(text_of(part) for part in parts if part)
        begun = self.begun.pop((host, result._task._uuid), None)
        took = None if begun is None else int((time.monotonic() - begun) * 1000)
        name = result._task.get_name().strip()
        shown = None if message is None else text_of(message)
        self.say(event, host=host, task=name, took_ms=took, message=shown, **more)

    def v2_playbook_on_play_start(self, play):
        self.say("play", play=play.get_name().strip())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.say("task", task=task.get_name().strip())

    def v2_playbook_on_handler_task_start(self, task):
        self.say("task", task=task.get_name().strip())

    def v2_runner_on_start(self, host, task):
        self.begun[(host.get_name(), task._uuid)] = time.monotonic()

    def v2_runner_on_ok(self, result):
        self.say_result("changed" if result.is_changed() else "ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.say_result("failed", result, ignored=True if ignore_errors else None)

    def v2_runner_on_unreachable(self, result):
        self.say_result("unreachable", result)

    def v2_runner_on_skipped(self, result):
        self.say_result("skipped", result)

    def v2_playbook_on_no_hosts_matched(self):
        self.say("warning", message="the play matches no host of the inventory")

    def v2_playbook_on_stats(self, stats):
        total = dict.fromkeys(
            ("ok", "changed", "failed", "unreachable", "skipped", "rescued", "ignored"), 0
        )
        troubled = []
        for host in sorted(stats.processed):
            counts = stats.summarize(host)
            counts["failed"] = counts.pop("failures")
            for key in total:
                total[key] += counts[key]
            if counts["failed"] or counts["unreachable"]:
                troubled.append(host)
        hosts = len(stats.processed)
        self.say("end", hosts=hosts, failed_hosts=troubled[:HOSTS_MAX], **total)
`;
