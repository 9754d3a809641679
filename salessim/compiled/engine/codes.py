"""Enums as plain numbers, which numba handles faster: kinds, orders, results, steps."""

from salessim.compiled.sheet import OWNER_RULES
from salessim.process import Does, Test, Wait, Work
from salessim.terms import DECIDED_AGAINST, OPEN, PASSED, Kind, Result
from salessim.ties import Order

K_WORK, K_ADMIN = int(Kind.WORK), int(Kind.ADMIN)
K_TRAINING, K_JOINT = int(Kind.TRAINING), int(Kind.JOINT)
O_WINDOW, O_DOORS, O_PLAN = int(Order.WINDOW), int(Order.DOORS), int(Order.PLAN)
O_WORK, O_ADMIN, O_SUPPORT = int(Order.WORK), int(Order.ADMIN), int(Order.SUPPORT)
O_PAUSE, O_DECISION, O_RETURN = int(Order.PAUSE), int(Order.DECISION), int(Order.RETURN)
O_LEAVE, O_HIRE = int(Order.LEAVE), int(Order.HIRE)
O_TRAINING_DAY, O_TRAINING = int(Order.TRAINING_DAY), int(Order.TRAINING)
O_ARRIVAL, O_PATIENCE = int(Order.ARRIVAL), int(Order.PATIENCE)
R_OPEN, R_PASSED = int(OPEN), int(PASSED)
R_NO_ANSWER, R_NO_DECISION = int(Result.NO_ANSWER), int(Result.NO_DECISION)
AGAINST = tuple(int(result) for result in DECIDED_AGAINST)

D_WORK, D_RELEASE, D_FORK = int(Does.WORK), int(Does.RELEASE), int(Does.FORK)
D_WAIT, D_TEST, D_DECIDE = int(Does.WAIT), int(Does.TEST), int(Does.DECIDE)
D_SET, D_REVEAL = int(Does.SET), int(Does.REVEAL)
IN_TURN, BY_CHANCE = OWNER_RULES["round_robin"], OWNER_RULES["random"]
W_PAUSE, W_CUSTOMER, W_NURTURE = int(Wait.PAUSE), int(Wait.CUSTOMER), int(Wait.NURTURE)
JOINT = int(Work.JOINT)
T_ANSWERED, T_TRIES_LEFT = int(Test.ANSWERED), int(Test.TRIES_LEFT)
T_MEETINGS_LEFT, T_COMES_BACK = int(Test.MEETINGS_LEFT), int(Test.COMES_BACK)
