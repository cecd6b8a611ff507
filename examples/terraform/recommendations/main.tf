data "novacron_recommendations" "all" {}

# A warning of the run, no failure: what another size would save.
check "sizes" {
  assert {
    condition = alltrue([for found in data.novacron_recommendations.all.recommendations :
      found.target != "cost" || coalesce(found.confidence, 0) < 0.85
    ])
    error_message = join("\n", [for found in data.novacron_recommendations.all.recommendations :
      found.title if found.target == "cost"
    ])
  }
}
