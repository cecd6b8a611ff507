# METADATA
# title: Cost Limit
# custom:
#   type: resource
#   enforcement_mode: block
package novacron.cost_limit

per_hour_max := 2

cost := input.context.cost

# The guard: null is less than every number, so a cost that is not known would pass a comparison.
known if is_number(cost.per_hour_after)

changes if input.action in {"create_vm", "update_vm", "create_vm_group", "update_vm_group"}

deny contains {"msg": message} if {
	changes
	not known
	message := "what it costs is not known; name the node or the zone, or ask for a price list"
}

deny contains {"msg": message} if {
	changes
	most := max([amount | some name in ["per_hour_after", "per_hour_max"]; amount := cost[name]; is_number(amount)])
	most > per_hour_max
	message := sprintf("it costs up to %v %s per hour, which is more than %v", [most, cost.currency, per_hour_max])
}
