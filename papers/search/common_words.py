"""Words that name no subject: of the language, and of papers about anything. As papers.search.terms keys them. Pure."""

from __future__ import annotations

_LANGUAGE = """
a about above across after again against all allow allows almost along already also although always am among amongst an
and another any are aren't around as at away back be became because become been before behind being below beside besides
better best between beyond both but by can cannot can't could did didn't do doe does doing don't done down due during
each either else enough especially etc even ever every far few fewer first for four from full fully further gain get
give given go good great had has have having he hence her here hers him his how however i if in indeed inside instead
into is isn't it its itself just kept know known last later latter least less let like likely little long look made
mainly make makes making many may me mere merely might more moreover most mostly much must my namely near nearly need
neither never nevertheless new next no nor not now obtain of off often old on once one only onto or other others
otherwise our ours out over own part per perhaps put quite rather really s same say second see seem seen several shall
she should show showed shown side simply since so some something soon still such t take taken than that the their them
then there thereby therefore these they third this those though three through throughout thus time to together too
toward towards two under until up upon us use used using usually various very via was way we well were what when where
whereas whether which while who whole whom whose why will with within without would yet you your zero e.g i.e al et
"""

_PAPERS = """
ablation able abstract access accordingly account accuracy achieve achieved achieving adapt adaptive adaptively
address addresse addressing adopt advance advanced advantage aim algorithm analyse analyze answer answering appear
appli application applied apply applying approach approache architecture arise art arxiv aspect assess assessment
assume assumption attain author automated available average avoid aware balance base baseline basi behavior behaviour
benchmark benchmarking benefit benign bound bridge bring broad broader build built calculate calculation candidate
capability capable capacity capture carefully carry case category central certain challenge challenging change
characterise characteristic characterize check choice clear clearly close code collect com combination combine common
commonly community compare compared comparison competitive complete complex complexity component comprehensive
comprise computation compute concept conclude conclusion condition conduct confirm consider considerable considerably
consist consistency consistent consistently constrain constraint construct construction contain contrast contribute
contribution conventional core correct correctness correspond corresponding cost create critical crucial current
currently data dataset de deal decade deep define definition demonstrate demonstrated depend dependent deploy
deployment derive describe description designed despite detail detailed determine develop developed development di
differ difference different difficult difficulty direct directly discover discrete discuss distinct diverse diversity
domain drive driven dynamic easily easy effect effective effectively effectiveness efficiency efficient efficiently
effort eliminate emerge emerging emphasize employ enable encoder encompass end end-task end-to-end enhance enhanced
enhancing ensure entire equal equivalent essential establish estimate evaluate evaluating evaluation evidence evolve
exact examine example exceed excellent execution exhibit exist existing expect expensive experiment experimental
experimentally explain explicit explicitly exploit explore exploring express extend extended extension extensive
extensively extent extra extract face facilitate fact factor fail failure fall family fast faster feature figure final
finally find finding fine fine-grained finite fix flexible focu focus follow following form formal formulate
formulation found foundation framework free frequently fundamental furthermore future gap general generalise
generalize generally generate generated generating github goal gradually guarantee guide guided hand handle hard
hardness help hidden high high-fidelity high-quality higher highest highlight highly hold http https huge human idea
ideal identify illustrate impact implement implementation implication implicit importance important importantly impose
improve improved improvement improving include including incorporate increase increased increasing increasingly
independent indicate individual inform information inherent initial input insight inspire integrate integrated
integrating integration interaction interest interesting introduce introduced introducing investigate investigating
involve io issue item job joint jointly key kind lack large large-scale largely larger largest lead leading learn
learned leave left level leverage leverages leveraging light limit limitation limited literature local long-term low
lower magnitude main maintain major manner manual match matter maximum mean meaning meaningful measure measurement
mechanism mention method methodology metric minimal minimum mitigate modality mode modeling modern modify module
motivate motivated multi multiple natural nature necessary normal notable notably note novel numerical numerou object
objective observation observe observed obstacle obtained occur odd offer online open open-source operate operation
opportunity optimal option order ordinary org original ou outcome outperform outperforming output overall overcome
overview pair paper paradigm parameter particular particularly pattern perceptual perform performance person
perspective phase phenomenon pipeline play point poor popular pose position possible possibly potential potentially
power powerful practical practice precise precisely predict presence present preserve preserved preserving prevent
previou previous previously primarily primary principle principled prior procedure produce project promising proof
proper property proportion proposal propose proposed prove proven provide public publicly purpose quality quantify
quantity question raise range rapid rapidly raw reach real real-world realize reason recent recently reduce reduced
reducing reduction refer reflect regard regime region relate relation relationship relative relatively release
released relevant reliable reliably reliance rely remain remaining remarkable remarkably report represent require
required requirement research researcher resolve resource respect respectively respond response resulting retain
reveal review rich right rigorou rise robust robustly robustness role run sample satisfy scale scaling scarce scenario
scheme scope score seamles seamlessly section select sensitive separate sequence serve setting setup severe shape
share shift short significance significant significantly similar similarly simple simulate simultaneou simultaneously
single situation size small smaller solely solution solve solving source space species specific specifically stage
standard start state state-of-the-art step strategy strength strong stronger structure structured student study
subsequent substance substantial substantially succes success successful successfully suffer sufficient suggest
suggesting suitable summary superior support sure surpas survey synthesi system systematic systematically table tackle
target task technique technology tend term test testing theoretical thi tool-use toolkit topic total track traditional
train trained treat trend try turn typical typically ultimately underexplored underlying understand understanding
unexplored unified unify unique unlike update usage useful user usual utilise utilize valid validate validation value
van variable variant variation variety vary vast verify versatile version view vital von wa weak weight wide widely
wider widespread win winner work world www xx year yield yielding
"""

# Words that name a subject with the one before them and none by themselves: language model, star formation.
_SECOND = """
action agent-based analysi artifact budget class classification conjecture context control correction degree design
detection distribution dynamics editing element emission environment equation estimation evolution feedback field
fine-tuning formation formula frame frontier function generation generator gradient group image inference learning
line loss mapping mass matching matrix memory model network number operator optimisation optimization path planning
policy prediction problem process processing rate ray result rewriting rule sampling search selection set simulation
skill solver sum supervision text theory tool training transformation tuning type
"""

SECOND_WORDS = frozenset(_SECOND.split())
COMMON_WORDS = frozenset(_LANGUAGE.split()) | frozenset(_PAPERS.split())
