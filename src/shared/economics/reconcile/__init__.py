"""Reconcile a published appraisal table with the linear model that such tables rest on."""
