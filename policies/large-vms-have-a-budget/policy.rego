# METADATA
# title: Large VMs Have A Budget
# custom:
#   type: resource
#   enforcement_mode: block
package novacron.large_vms_have_a_budget

large if {
	input.action in {"create_vm", "update_vm"}
	input.resource.cpu_cores >= 16
}

budgeted if regex.match(`^[A-Z]{2}-[0-9]{4}$`, input.resource.metadata.cost_center)

deny contains {"field": "metadata.cost_center", "msg": message} if {
	large
	not budgeted
	message := "a VM of 16 cores or more needs the label cost_center, such as IT-4711"
}
