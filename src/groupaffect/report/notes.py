"""What every report says, whatever was found."""

from __future__ import annotations

NOTES = (
    "The tool reads expressions, not feelings: a face does not tell reliably what a person feels "
    "(Barrett et al. 2019, doi:10.1177/1529100619832930).",
    "The models were trained mostly on adults and are not validated for children.",
    "Autistic people, among others, show and mirror expressions differently: little or unlike "
    "expression is no deficit (meta-analysis, Autism Research 2018;11:1586).",
    "In the European Union it is forbidden to infer emotions at workplaces and in education "
    "institutions except for medical or safety reasons (AI Act, Article 5(1)(f), since "
    "2 February 2025); people who are exposed to such a system must be told (Article 50(3)).",
)
