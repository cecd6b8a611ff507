# METADATA
# title: Production Has A Backup Label
# custom:
#   type: compliance
#   enforcement_mode: block
#   actions: [create_vm, update_vm]
#   standard: house-rules
#   requirements: [HR-3]
#   severity: high
package novacron.backup_label

production if {
	input.action in {"create_vm", "update_vm"}
	input.resource.metadata.environment == "production"
}

known if input.resource.metadata.backup in {"daily", "weekly", "none"}

deny contains {"field": "metadata.backup", "msg": message} if {
	production
	not known
	message := "the label backup of a production VM is daily, weekly or none"
}

deny contains {"field": "metadata.backup_reason", "msg": message} if {
	production
	input.resource.metadata.backup == "none"
	not input.resource.metadata.backup_reason
	message := "a production VM without backups says why in the label backup_reason"
}
