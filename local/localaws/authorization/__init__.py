"""Who may do what: AWS's policy evaluation, for every call that is not the operator's.

Pure modules (`patterns`, `operators`, `statement`, `principal`, `evaluation`, `wording`) know no store and no request;
`actions` says what each operation needs, `stored` finds the policies, `guard` puts both to the evaluation.
"""
