package novacron.allowed_templates_test

import data.novacron.allowed_templates as policy

ask(template) := {"action": "create_vm", "resource": {"template_id": template}}

test_an_allowed_one if count(policy.deny) == 0 with input as ask("tpl_01jd3v6t7re3h8z9k2m4n5p6q7")

test_the_default if count(policy.deny) == 0 with input as ask(null)

test_another if count(policy.deny) == 1 with input as ask("tpl_unknown")
