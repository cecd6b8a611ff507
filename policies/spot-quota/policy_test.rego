package novacron.spot_quota_test

import data.novacron.spot_quota as policy

template(environment, cores, spot) := {
	"cpu_cores": cores,
	"metadata": {"environment": environment},
	"spot": spot,
}

vm(environment, cores, spot) := {
	"action": "create_vm",
	"resource": template(environment, cores, spot),
}

group(cores, size) := {
	"action": "update_vm_group",
	"resource": {"vm": template("test", cores, true), "max_size": size},
}

messages contains entry.msg if some entry in policy.deny

test_small if messages == set() with input as vm("test", 8, true)

test_large if {
	messages == {"a spot VM has at most 8 cores, and this one has 9"} with input as vm("test", 9, true)
}

test_production if {
	messages == {"production VMs are not spot VMs: they may be taken away at any time"} with input as vm("production", 2, true)
}

test_without_labels if {
	asked := {"action": "update_vm", "resource": {"cpu_cores": 2, "metadata": null, "spot": true}}
	messages == set() with input as asked
}

test_no_spot if messages == set() with input as vm("production", 64, false)

test_group if messages == set() with input as group(4, 16)

test_group_that_may_grow if {
	messages == {"a group of spot VMs may grow to 64 cores, and this one to 68"} with input as group(4, 17)
}

test_delete if messages == set() with input as object.union(vm("production", 64, true), {"action": "delete_vm"})
