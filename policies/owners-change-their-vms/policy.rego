# METADATA
# title: Owners Change Their VMs
# custom:
#   type: access
#   enforcement_mode: block
package novacron.owners_change_their_vms

default allow := false

allow if input.subject.role == "admin"

allow if input.subject.user_id in owners

allow if count(owners) == 0

owners contains input.before.metadata.owner

owners contains input.resource.metadata.owner if not input.before.metadata.owner
