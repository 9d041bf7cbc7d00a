"""Web ACLs as they act on requests: `managed` holds AWS's rules, `rules` evaluates an ACL, `firewall` finds it."""
