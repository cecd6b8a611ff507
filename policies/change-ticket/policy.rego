# METADATA
# title: Production Names A Ticket
# custom:
#   type: compliance
#   enforcement_mode: warn
package novacron.change_ticket

production if {
	input.action in {"create_vm", "update_vm"}
	input.resource.metadata.environment == "production"
}

ticket := object.get(input.resource.metadata, "ticket", "")

deny contains {"field": "metadata.ticket", "msg": "name the ticket of this change, such as OPS-1234"} if {
	production
	not regex.match(`^[A-Z]+-[0-9]+$`, ticket)
}

deny contains {"field": "metadata.ticket", "msg": message} if {
	production
	ticket != ""
	input.before.metadata.ticket == ticket
	message := sprintf("%s is the ticket of an earlier change", [ticket])
}
