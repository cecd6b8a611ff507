package novacron.owners_change_their_vms_test

import data.novacron.owners_change_their_vms as policy

ask(user, before, after) := {
	"subject": {"role": "operator", "user_id": user},
	"before": {"metadata": before},
	"resource": {"metadata": after},
}

test_the_owner_changes_it if policy.allow with input as ask("ann", {"owner": "ann"}, {"owner": "ann"})

test_others_do_not if not policy.allow with input as ask("bob", {"owner": "ann"}, {"owner": "ann"})

test_others_cannot_take_it_over if not policy.allow with input as ask("bob", {"owner": "ann"}, {"owner": "bob"})

test_a_new_one_is_its_makers if policy.allow with input as ask("ann", {}, {"owner": "ann"})

test_any_user_changes_an_unowned_vm if policy.allow with input as ask("bob", {}, {})

test_admins_change_all if {
	policy.allow with input as {"subject": {"role": "admin"}, "before": {"metadata": {"owner": "ann"}}}
}
