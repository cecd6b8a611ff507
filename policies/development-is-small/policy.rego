# METADATA
# title: Development Is Small
# custom:
#   type: resource
#   enforcement_mode: block
package novacron.development_is_small

limits := {"cpu_cores": 4, "memory_gb": 16, "disk_gb": 100}

deny contains {"field": name, "msg": message} if {
	input.action in {"create_vm", "update_vm"}
	input.resource.metadata.environment == "development"
	some name, limit in limits
	input.resource[name] > limit
	message := sprintf("%s is %v; in development it is at most %d", [name, input.resource[name], limit])
}
