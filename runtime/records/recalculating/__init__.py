"""Formulas of records that were there before their form said them so."""
